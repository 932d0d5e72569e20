import type { ChromaField } from '../../media/fields/chroma-field.ts';
import { type FeatureMap, featurePlane } from '../../media/fields/feature-map.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { resizeArea } from '../filters/resample.ts';

/** One feature: a value per cell, and the difference at which similarity falls to e^-1/2. */
export interface Feature {
  readonly values: ArrayLike<number>;
  readonly scale: number;
}

/** Scales of chroma (share of its full range), luma, and mean luma of the surroundings (shares of black to white). */
export interface SimilarityScales {
  readonly chroma: number;
  readonly luma: number;
  readonly surroundings: number;
}

/** A colour change at a place, with the place's features, in their own units. */
export interface ColorSample {
  readonly features: readonly number[];
  readonly cb: number;
  readonly cr: number;
  /** Confidence 0..1; default 1. */
  readonly weight?: number | undefined;
}

/**
 * Per cell: the mean change of the samples, weighted by their confidence and their similarity to the cell; `similarity`, the
 * largest one, 0..1; and the mean confidence.
 */
export interface WeightedMean {
  readonly cb: Float32Array;
  readonly cr: Float32Array;
  readonly similarity: Float32Array;
  readonly weight: Float32Array;
}

/**
 * Black to white in 8-bit codes of limited range. Used for full range too, which makes the comparison slightly stricter there.
 */
const LUMA_RANGE = 219;
/** Surroundings are averaged over about 1/24 of the shorter side (standard deviation): that side has this many patches. */
const PATCHES = 12;
/** Larger exponents have no effect at 8 bits. */
const MAX_EXPONENT = 12;

/**
 * Features that tell the parts of a picture apart: automatic chroma (Cb, Cr), luma, and mean luma of the surroundings. `gray`:
 * 8-bit luma on the field's grid.
 */
export function appearanceFeatures(
  { width, height, cb, cr }: ChromaField,
  gray: Plane<Uint8Array>,
  scales: SimilarityScales,
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

/**
 * The model's features, resampled to `grid`. Feature vectors have unit length; `scale` is the distance at which similarity falls
 * to e^-1/2.
 */
export function mapFeatures(
  map: FeatureMap,
  grid: { width: number; height: number },
  scale: number,
): (Feature & { readonly values: Float32Array })[] {
  return Array.from({ length: map.channels }, (_, channel) => ({
    values: resizeArea(featurePlane(map, channel), grid.width, grid.height).data,
    scale,
  }));
}

/**
 * Weighted mean of the samples for each cell, by similarity: exp of minus half the squared feature distance, in units of the
 * features' scales.
 */
export function averageBySimilarity(features: readonly Feature[], cells: number, samples: readonly ColorSample[]): WeightedMean {
  const count = features.length;
  const units = features.map(({ scale }) => 1 / (scale * Math.SQRT2));
  const sampleFeatures = Float32Array.from(samples.flatMap(({ features }) => features.map((value, k) => value * units[k]!)));
  const scaled = scaledFeatures(features, units, cells);
  const array = () => new Float32Array(cells);
  const mean = { cb: array(), cr: array(), similarity: array(), weight: array() };
  for (let i = 0; i < cells; i++) {
    let totalSimilarity = 0; // one by one: taken from an array they cost as much as the loop
    let weight = 0;
    let similarity = 0;
    let cb = 0;
    let cr = 0;
    for (let p = 0; p < samples.length; p++) {
      let distance = 0;
      for (let k = 0; k < count && distance <= MAX_EXPONENT; k++) {
        const step = scaled[i * count + k]! - sampleFeatures[p * count + k]!;
        distance += step * step;
      }
      if (distance > MAX_EXPONENT) continue;
      const similarityToSample = Math.exp(-distance);
      const sample = samples[p]!;
      const weighted = similarityToSample * (sample.weight ?? 1);
      totalSimilarity += similarityToSample;
      weight += weighted;
      if (similarityToSample > similarity) similarity = similarityToSample;
      cb += weighted * sample.cb;
      cr += weighted * sample.cr;
    }
    if (weight === 0) continue;
    mean.cb[i] = cb / weight;
    mean.cr[i] = cr / weight;
    mean.similarity[i] = similarity;
    mean.weight[i] = weight / totalSimilarity;
  }
  return mean;
}

/** The features of each cell in turn, in units of their scales: one array of one type, which the loop above reads fastest. */
function scaledFeatures(features: readonly Feature[], units: readonly number[], cells: number): Float32Array {
  const scaled = new Float32Array(cells * features.length);
  for (const [k, { values }] of features.entries()) {
    const unit = units[k]!;
    for (let i = 0, at = k; i < cells; i++, at += features.length) scaled[at] = values[i]! * unit;
  }
  return scaled;
}
