import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';
import { codeRange } from '../color/color.ts';
import type { CodeFormat, FullPicture, RgbPlanes } from '../color/rgb-planes.ts';

/** PSNR of equal pictures in dB, in place of infinity. */
export const MAX_PSNR = 80;

/** PSNR over R, G and B together, in dB. Peak 1, no rounding. */
export function rgbPsnr(a: RgbPlanes, b: RgbPlanes): number {
  let sum = 0;
  for (const channel of ['r', 'g', 'b'] as const) {
    const one = a[channel];
    const other = b[channel];
    for (let i = 0; i < one.length; i++) sum += (one[i]! - other[i]!) ** 2;
  }
  return decibels(sum / (3 * a.r.length), 1);
}

/** PSNR over Cb and Cr, in 8-bit code values of limited range. Peak 255. */
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

/** Number of 8-bit limited-range codes per unit of chroma: the unit of all chroma measures. */
export const LEVELS = codeRange('limited', 8).chroma;

/** Lower bound of the mean squared error; keeps its logarithm finite. */
const MIN_ERROR = 1e-12;

function decibels(meanSquare: number, peak: number): number {
  return Math.min(MAX_PSNR, 10 * Math.log10((peak * peak) / Math.max(meanSquare, MIN_ERROR)));
}

export interface LumaDifference {
  readonly max: number;
  readonly mean: number;
}

/** Difference of two luma planes of equal size, in code values of the first one's depth. The depths may differ. */
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

/** Mean Cb and Cr relative to neutral, in 8-bit code values of limited range. */
export function meanChroma({ cb, cr }: FullPicture, { range, depth }: CodeFormat): { cb: number; cr: number } {
  const codes = codeRange(range, depth);
  const mean = ({ data }: Plane<IntegerSamples>) => {
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += data[i]!;
    return ((sum / data.length - codes.neutral) * LEVELS) / codes.chroma;
  };
  return { cb: mean(cb), cr: mean(cr) };
}
