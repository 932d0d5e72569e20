import type { View } from '../state/address.ts';
import type { Compared } from '../state/store.ts';

export type StagePicture = ImageBitmap | OffscreenCanvas;

/** What was drawn last: of which frame, and its pictures, which stand in until others have come. */
export interface Drawn {
  frame: number | undefined;
  before: StagePicture | undefined;
  /** The versions that they are of, if they are. */
  compared: Compared | undefined;
  after: StagePicture | undefined;
}

/**
 * Draw both sides into the canvas, divided at the wipe, or each whole beside the other. Without an after, before takes its place.
 */
export function drawSides(
  canvas: HTMLCanvasElement,
  { view, wipe }: { readonly view: View; readonly wipe: number },
  { before, after }: Pick<Drawn, 'before' | 'after'>,
): void {
  const pen = canvas.getContext('2d', { willReadFrequently: true })!;
  const { width, height } = canvas;
  if (view === 'side') {
    const half = width / 2;
    if (before) pen.drawImage(before, 0, 0, half, height);
    const right = after ?? before;
    if (right) pen.drawImage(right, half, 0, half, height);
    return;
  }
  const cut = view === 'before' || !after ? width : view === 'after' ? 0 : Math.round(wipe * width);
  if (before) part(pen, before, { from: 0, to: cut });
  if (after) part(pen, after, { from: cut, to: width });
}

function part(pen: CanvasRenderingContext2D, picture: StagePicture, at: { from: number; to: number }): void {
  const span = at.to - at.from;
  if (span <= 0) return;
  const { width, height } = pen.canvas;
  const scale = picture.width / width;
  pen.drawImage(picture, at.from * scale, 0, span * scale, picture.height, at.from, 0, span, height);
}

/** The mean colour, #rrggbb, of a few pixels around a place (shares of the canvas): one pixel of film is grain. */
export function colorAt(canvas: HTMLCanvasElement, x: number, y: number): string {
  const reach = 2;
  const size = 2 * reach + 1;
  const { data } = canvas
    .getContext('2d', { willReadFrequently: true })!
    .getImageData(Math.round(x * canvas.width) - reach, Math.round(y * canvas.height) - reach, size, size);
  const sum = [0, 0, 0];
  let seen = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] === 0) continue;
    seen++;
    for (let c = 0; c < 3; c++) sum[c]! += data[i + c]!;
  }
  const hex = (value: number) =>
    Math.round(value / Math.max(1, seen))
      .toString(16)
      .padStart(2, '0');
  return `#${sum.map(hex).join('')}`;
}
