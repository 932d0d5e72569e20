import type { ModelCard } from './model-card.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Input size for a picture: the fixed size if the model has one; a square of the preferred side for square models; otherwise the
 * shorter side at the preferred length (never above the picture's own), aspect kept, within the card's limits. Both sides are
 * multiples of `multipleOf`.
 */
export function modelSize(picture: Size, card: Pick<ModelCard, 'multipleOf' | 'preferredSize' | 'fixedSize'>): Size {
  if (card.fixedSize) return card.fixedSize;
  const { shortSide, min = 1, max = Number.POSITIVE_INFINITY, aspect } = card.preferredSize;
  const step = card.multipleOf;
  const least = Math.ceil(min / step) * step;
  const rounded = (length: number) => Math.max(1, Math.round(length / step)) * step;
  if (aspect === 'square') {
    const side = Math.max(least, Math.min(rounded(shortSide), Math.max(1, Math.floor(max / step)) * step));
    return { width: side, height: side };
  }
  const scale = Math.min(1, shortSide / Math.min(picture.width, picture.height));
  const side = (length: number) => {
    const most = Math.min(Math.ceil(length / step), Math.max(1, Math.floor(max / step))) * step;
    return Math.max(Math.min(rounded(length * scale), most), least);
  };
  return { width: side(picture.width), height: side(picture.height) };
}
