import type { ChromaField } from '../../media/fields/chroma-field.ts';
import { type FeatureMap, featurePlane } from '../../media/fields/feature-map.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { resizeArea } from '../filters/resample.ts';

/** What a cell is compared by: a value for each cell, and the difference at which likeness has fallen to e^-1/2. */
export interface Feature {
  readonly values: ArrayLike<number>;
  readonly scale: number;
}

/** `chroma` as a share of its full range; `luma` and the mean luma around, `surroundings`, as shares of black to white. */
export interface LikenessScales {
  readonly chroma: number;
  readonly luma: number;
  readonly surroundings: number;
}

/** What has a change of chroma to lend, and what it is like: by feature, in the features' own units. */
export interface ColorSample {
  readonly like: readonly number[];
  readonly cb: number;
  readonly cr: number;
  /** How sure it is, 0..1; 1 unless told. */
  readonly weight?: number | undefined;
}

/**
 * By cell: the mean of what the lenders lend, weighted by their weight and their likeness to the cell; the likeness of the most alike, 0..1; and
 * the mean of their weights.
 */
export interface WeightedMean {
  readonly cb: Float32Array;
  readonly cr: Float32Array;
  readonly most: Float32Array;
  readonly weight: Float32Array;
}

/** Black to white in 8-bit code values of limited range; full range is taken for it, which makes its likeness a little stricter. */
const LUMA_RANGE = 219;
/** The surroundings of a cell are a window whose deviation is about 1/24 of the shorter side: that side has so many patches. */
const PATCHES = 12;
/** Exponents beyond this add nothing that eight bits would show. */
const FARTHEST = 12;

/** What tells a picture's things apart: its automatic colour (Cb, Cr), its luma, the mean luma around. `gray`: 8-bit luma on the field's grid. */
export function likenessFeatures(
  { width, height, cb, cr }: ChromaField,
  gray: Plane<Uint8Array>,
  scales: LikenessScales,
): Feature[] {
  const patch = Math.max(1, Math.min(width, height) / PATCHES);
  const coarse = resizeArea(gray, Math.ceil(width / patch), Math.ceil(height / patch));
  return [
    { values: cb, scale: scales.chroma },
    { values: cr, scale: scales.chroma },
    { values: gray.data, scale: scales.luma * LUMA_RANGE },
    { values: resizeArea(coarse, width, height).data, scale: scales.surroundings * LUMA_RANGE },
  ];
}

/** What a model says that each cell of `grid` shows; vectors of length 1 that far apart are as unlike as any other property at its scale. */
export function mapFeatures(seen: FeatureMap, grid: { width: number; height: number }, scale: number): Feature[] {
  return Array.from({ length: seen.channels }, (_, channel) => ({
    values: resizeArea(featurePlane(seen, channel), grid.width, grid.height).data,
    scale,
  }));
}

/** Each of `cells` borrows from every lender as it is like it: exp of minus half the squared distance in units of the features' scales. */
export function averageByLikeness(features: readonly Feature[], cells: number, samples: readonly ColorSample[]): WeightedMean {
  const count = features.length;
  const units = features.map(({ scale }) => 1 / (scale * Math.SQRT2));
  const offered = Float32Array.from(samples.flatMap(({ like }) => like.map((value, k) => value * units[k]!)));
  const own = new Float32Array(count);
  const array = () => new Float32Array(cells);
  const mean = { cb: array(), cr: array(), most: array(), weight: array() };
  for (let i = 0; i < cells; i++) {
    for (let k = 0; k < count; k++) own[k] = features[k]!.values[i]! * units[k]!;
    let [all, weight, most, cb, cr] = [0, 0, 0, 0, 0];
    for (let p = 0; p < samples.length; p++) {
      let off = 0;
      for (let k = 0; k < count && off <= FARTHEST; k++) {
        const step = own[k]! - offered[p * count + k]!;
        off += step * step;
      }
      if (off > FARTHEST) continue;
      const share = Math.exp(-off);
      const sample = samples[p]!;
      const sure = share * (sample.weight ?? 1);
      all += share;
      weight += sure;
      if (share > most) most = share;
      cb += sure * sample.cb;
      cr += sure * sample.cr;
    }
    if (weight === 0) continue;
    mean.cb[i] = cb / weight;
    mean.cr[i] = cr / weight;
    mean.most[i] = most;
    mean.weight[i] = weight / all;
  }
  return mean;
}
