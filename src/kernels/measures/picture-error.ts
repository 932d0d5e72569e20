import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';
import { codeRange } from '../color/color.ts';
import type { CodeFormat, FullPicture, RgbPlanes } from '../color/rgb-planes.ts';

/** Two equal pictures would have an infinite ratio; this stands for it, in dB. */
export const MAX_PSNR = 80;

/** Peak signal to noise ratio over R, G and B together, in dB: no rounding, peak 1. */
export function rgbPsnr(a: RgbPlanes, b: RgbPlanes): number {
  let sum = 0;
  for (const channel of ['r', 'g', 'b'] as const) {
    const one = a[channel];
    const other = b[channel];
    for (let i = 0; i < one.length; i++) sum += (one[i]! - other[i]!) ** 2;
  }
  return decibels(sum / (3 * a.r.length), 1);
}

/** The same over Cb and Cr, in 8-bit code values of limited range, peak 255. */
export function chromaPsnr(a: FullPicture, b: FullPicture, formats: { a: CodeFormat; b: CodeFormat }): number {
  const one = codeRange(formats.a.range, formats.a.depth);
  const other = codeRange(formats.b.range, formats.b.depth);
  const [scale, otherScale] = [LEVELS / one.chroma, LEVELS / other.chroma];
  let sum = 0;
  for (const channel of ['cb', 'cr'] as const) {
    const here = a[channel].data;
    const there = b[channel].data;
    for (let i = 0; i < here.length; i++)
      sum += ((here[i]! - one.neutral) * scale - (there[i]! - other.neutral) * otherScale) ** 2;
  }
  return decibels(sum / (2 * a.cb.data.length), 255);
}

/** Code values of chroma between its ends at 8 bit, limited range: the unit in which chroma is measured. */
export const LEVELS = codeRange('limited', 8).chroma;

/** No error is smaller than this, so that its logarithm is finite. */
const MIN_ERROR = 1e-12;

function decibels(meanSquare: number, peak: number): number {
  return Math.min(MAX_PSNR, 10 * Math.log10((peak * peak) / Math.max(meanSquare, MIN_ERROR)));
}

export interface LumaDifference {
  readonly max: number;
  readonly mean: number;
}

/** How far two luma planes of one size are apart, in code values of the first one's depth. The second may be of another depth. */
export function lumaDifference(
  a: Plane<IntegerSamples>,
  b: Plane<IntegerSamples>,
  depths: { a: number; b: number },
): LumaDifference {
  const scale = 2 ** (depths.a - depths.b);
  let max = 0;
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) {
    const difference = Math.abs(a.data[i]! - b.data[i]! * scale);
    if (difference > max) max = difference;
    sum += difference;
  }
  return { max, mean: sum / a.data.length };
}

/** Mean Cb and Cr of a picture, in 8-bit code values of limited range away from neutral. */
export function meanChroma({ cb, cr }: FullPicture, { range, depth }: CodeFormat): { cb: number; cr: number } {
  const codes = codeRange(range, depth);
  const mean = ({ data }: Plane<IntegerSamples>) => {
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += data[i]!;
    return ((sum / data.length - codes.neutral) * LEVELS) / codes.chroma;
  };
  return { cb: mean(cb), cr: mean(cr) };
}
