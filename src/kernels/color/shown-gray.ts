import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';
import type { boxDecimate } from '../filters/resample.ts';
import { codeRange, type ShownCodes, shownRange } from './color.ts';

/**
 * A film's luma as it is shown: 8-bit code values of its own range, averaged over blocks of `factor` x `factor` samples as
 * `boxDecimate` does. What lies outside of the film's window is black or white.
 */
export function shownGray(
  kernels: { readonly boxDecimate: typeof boxDecimate },
  luma: Plane<IntegerSamples>,
  factor: number,
  codes: ShownCodes,
): Plane<Uint8Array> {
  if (!codes.window) return kernels.boxDecimate(luma, factor, codes.depth);
  const [shown, gray] = [shownRange(codes), codeRange(codes.range, 8)];
  const table = new Uint8Array(2 ** codes.depth); // filled by a loop: `from` costs milliseconds a frame at 16 bit
  for (let code = 0; code < table.length; code++) {
    const share = Math.min(1, Math.max(0, (code - shown.black) / shown.luma));
    table[code] = Math.round(gray.black + share * gray.luma);
  }
  const data = new Uint8Array(luma.data.length);
  for (let i = 0; i < data.length; i++) data[i] = table[luma.data[i]!]!;
  return kernels.boxDecimate({ width: luma.width, height: luma.height, data }, factor, 8);
}
