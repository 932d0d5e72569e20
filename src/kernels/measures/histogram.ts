import type { IntegerSamples } from '../../media/fields/plane.ts';
import { codeRange } from '../color/color.ts';
import type { CodeFormat } from '../color/rgb-planes.ts';

/** Number of bins over 0..1. Each includes its lower edge; 1 falls into the last. */
export const BINS = 256;

/** Share of the values (0..1) in each of BINS bins. The shares sum to 1. */
export function histogramOf(values: Float32Array): Float64Array {
  const counts = new Uint32Array(BINS + 1); // the value 1 falls into one extra bin
  for (let i = 0; i < values.length; i++) counts[(values[i]! * BINS) | 0]!++;
  counts[BINS - 1]! += counts[BINS]!;
  return Float64Array.from({ length: BINS }, (_, bin) => counts[bin]! / values.length);
}

/** Histogram of a gray picture's R, G and B, which all equal its luma. */
export function lumaHistogram(luma: IntegerSamples, { range, depth }: CodeFormat): Float64Array {
  const codes = codeRange(range, depth);
  const codeCounts = new Uint32Array(2 ** depth);
  for (let i = 0; i < luma.length; i++) codeCounts[luma[i]!]!++;
  const shares = new Float64Array(BINS);
  for (let code = 0; code < codeCounts.length; code++) {
    const value = Math.fround(Math.min(1, Math.max(0, (code - codes.black) / codes.luma)));
    shares[Math.min(BINS - 1, Math.floor(value * BINS))]! += codeCounts[code]! / luma.length;
  }
  return shares;
}

/** Jensen-Shannon divergence of two histograms, natural logarithm: 0 if equal, ln 2 if disjoint. */
export function divergence(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let bin = 0; bin < p.length; bin++) {
    const a = p[bin]!;
    const b = q[bin]!;
    const middle = (a + b) / 2;
    if (a > 0) sum += a * Math.log(a / middle);
    if (b > 0) sum += b * Math.log(b / middle);
  }
  return sum / 2;
}
