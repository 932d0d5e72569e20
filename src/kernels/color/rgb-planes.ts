import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';
import type { Range } from '../../media/film/frame.ts';
import { codeRange, rgbWeights } from './color.ts';

/** A picture as planes of R, G, B, each 0..1. Used for measuring. */
export interface RgbPlanes {
  readonly width: number;
  readonly height: number;
  readonly r: Float32Array;
  readonly g: Float32Array;
  readonly b: Float32Array;
}

/** A 4:4:4 picture in code values of some range and depth. */
export interface FullPicture {
  readonly luma: Plane<IntegerSamples>;
  readonly cb: Plane<IntegerSamples>;
  readonly cr: Plane<IntegerSamples>;
}

export interface CodeFormat {
  readonly range: Range;
  /** Bits per sample, 8..16. */
  readonly depth: number;
}

/**
 * R, G, B by the BT.709 matrix, clipped to 0..1, whatever the film's tags say: published figures are computed this way, and films
 * stay comparable.
 */
export function rgbPlanes({ luma, cb, cr }: FullPicture, { range, depth }: CodeFormat): RgbPlanes {
  const { width, height } = luma;
  const codes = codeRange(range, depth);
  const weights = rgbWeights('bt709');
  const plane = () => new Float32Array(width * height);
  const [r, g, b] = [plane(), plane(), plane()];
  const [ys, us, vs] = [luma.data, cb.data, cr.data];
  for (let i = 0; i < width * height; i++) {
    const y = (ys[i]! - codes.black) / codes.luma;
    const u = (us[i]! - codes.neutral) / codes.chroma;
    const v = (vs[i]! - codes.neutral) / codes.chroma;
    r[i] = clipped(y + weights.red * v);
    g[i] = clipped(y + weights.greenCb * u + weights.greenCr * v);
    b[i] = clipped(y + weights.blue * u);
  }
  return { width, height, r, g, b };
}

function clipped(value: number): number {
  if (value < 0) return 0;
  if (value > 1) return 1; // a third faster than Math.min and Math.max
  return value;
}
