import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { resizeArea, resizeField } from '../filters/resample.ts';
import {
  appearanceFeatures,
  averageBySimilarity,
  type ColorSample,
  type Feature,
  mapFeatures,
  type SimilarityScales,
} from './likeness.ts';

/** A picture with a model's description: 8-bit luma and automatic colour on one grid, features on their own grid. */
export interface DescribedPicture {
  readonly gray: Plane<Uint8Array>;
  readonly automatic: ChromaField;
  readonly features: FeatureMap | undefined;
}

/** A reference picture of known colour, of any size. */
export interface ReferenceColor extends DescribedPicture {
  /** Trust is the painted share of a cell. Unpainted cells contribute nothing. */
  readonly color: ChromaField;
}

/**
 * Tuned on eleven clips, colouring a frame from another 47 later. Scales twice as wide lose a third of the gain; scales half as
 * wide help only a few clips.
 */
const SCALES: SimilarityScales = { chroma: 0.015, luma: 0.05, surroundings: 0.06 };
/**
 * The same if the model provides features: appearance then has less weight. FEATURE_SCALE is a distance between unit-length
 * vectors.
 */
const SCALES_WITH_FEATURES: SimilarityScales = { chroma: 0.03, luma: 0.08, surroundings: 0.12 };
const FEATURE_SCALE = 0.38;
/**
 * Rows of reference patches, and the factor by which the picture's grid is reduced. Chroma is smooth, and similarity is
 * expensive.
 */
const ROWS = 16;
const GRID_REDUCTION = 2;
/**
 * Similarity to the most similar patch above which its change is fully applied. Lower with features, since more of them must
 * agree.
 */
const FULL_SIMILARITY = 0.5;
const FULL_SIMILARITY_WITH_FEATURES = 0.1;
/** Spread of the changes by several references, in chroma, at which half of their mean is taken. */
const DISAGREEMENT = 0.06;
/** Patches with a smaller painted share are ignored. */
const MIN_PAINT = 0.1;

/**
 * Transfers colour from references. Each cell takes the changes (reference colour minus the model's) of those reference patches
 * that are similar in features, automatic chroma, luma and surrounding luma, at any position. Several references are averaged by
 * similarity; where they disagree, less is changed. Cells similar to no patch get the colour of `rest`, by default the automatic
 * one.
 * After Welsh, Ashikhmin and Mueller 2002, transferring the model's error instead of the colour.
 */
export function transferColor(
  picture: DescribedPicture,
  references: readonly ReferenceColor[],
  rest: ChromaField = picture.automatic,
): ChromaField {
  const { automatic } = picture;
  const { width, height } = automatic;
  const small = { width: Math.ceil(width / GRID_REDUCTION), height: Math.ceil(height / GRID_REDUCTION) };
  const change = blended(references.map(reference => changeBy(reference, picture, small)));
  return addChange(automatic, resizeField(change, width, height), rest);
}

/** The change by one reference, and, as trust, the share of it that each cell takes. */
function changeBy(reference: ReferenceColor, picture: DescribedPicture, small: { width: number; height: number }): ChromaField {
  const hasFeatures = picture.features !== undefined && reference.features !== undefined;
  const fullSimilarity = hasFeatures ? FULL_SIMILARITY_WITH_FEATURES : FULL_SIMILARITY;
  const change = chromaField(small.width, small.height);
  const mean = averageBySimilarity(featuresOn(picture, small, hasFeatures), change.cb.length, patchesOf(reference, hasFeatures));
  change.cb.set(mean.cb);
  change.cr.set(mean.cr);
  for (let i = 0; i < mean.similarity.length; i++) change.trust[i] = Math.min(1, mean.similarity[i]! / fullSimilarity);
  return change;
}

/** Mean of some changes, weighted by their shares, and that share of it that is taken: the largest, less where they disagree. */
function blended(changes: readonly ChromaField[]): ChromaField {
  const [{ width, height }] = changes as readonly [ChromaField, ...ChromaField[]];
  const out = chromaField(width, height);
  for (let i = 0; i < out.trust.length; i++) {
    let [total, most, cb, cr, square] = [0, 0, 0, 0, 0];
    for (const change of changes) {
      const share = change.trust[i]!;
      total += share;
      most = Math.max(most, share);
      cb += share * change.cb[i]!;
      cr += share * change.cr[i]!;
      square += share * (change.cb[i]! ** 2 + change.cr[i]! ** 2);
    }
    if (total === 0) continue;
    const variance = changes.length === 1 ? 0 : Math.max(0, square / total - (cb / total) ** 2 - (cr / total) ** 2);
    const share = most / (1 + variance / DISAGREEMENT ** 2);
    out.trust[i] = share;
    out.cb[i] = (share * cb) / total;
    out.cr[i] = (share * cr) / total;
  }
  return out;
}

/** Features for comparison, averaged over the cells of another grid. */
function featuresOn(picture: DescribedPicture, grid: { width: number; height: number }, hasFeatures: boolean): Feature[] {
  const { automatic, gray, features } = picture;
  const { width, height } = automatic;
  const appearance = appearanceFeatures(automatic, gray, hasFeatures ? SCALES_WITH_FEATURES : SCALES).map(({ values, scale }) => {
    const plane = { width, height, data: Float32Array.from(values) };
    return { values: resizeArea(plane, grid.width, grid.height).data, scale };
  });
  return hasFeatures && features ? [...appearance, ...mapFeatures(features, grid, FEATURE_SCALE)] : appearance;
}

/** Painted patches of a reference: their features, and the error of the model there. */
function patchesOf(reference: ReferenceColor, hasFeatures: boolean): ColorSample[] {
  const { automatic, color } = reference;
  const { width, height } = automatic;
  const grid = { width: Math.max(1, Math.round((ROWS * width) / height)), height: Math.min(ROWS, height) };
  const mean = (data: Float32Array) => resizeArea({ width, height, data }, grid.width, grid.height).data;
  const meanChange = (mine: Float32Array, model: Float32Array) =>
    mean(mine.map((value, i) => color.trust[i]! * (value - model[i]!)));
  const [paint, cb, cr] = [mean(color.trust), meanChange(color.cb, automatic.cb), meanChange(color.cr, automatic.cr)];
  const features = featuresOn(reference, grid, hasFeatures);
  return Array.from(paint.keys())
    .filter(i => paint[i]! >= MIN_PAINT)
    .map(i => ({ features: features.map(({ values }) => values[i]!), cb: cb[i]! / paint[i]!, cr: cr[i]! / paint[i]! }));
}

/** Adds the change to the field. `change.trust`: share of the changed field in the result; the rest is `rest`. */
function addChange(field: ChromaField, change: ChromaField, rest: ChromaField): ChromaField {
  const out = chromaField(field.width, field.height);
  out.trust.set(field.trust);
  for (let i = 0; i < out.cb.length; i++) {
    const kept = 1 - change.trust[i]!;
    out.cb[i] = field.cb[i]! + kept * (rest.cb[i]! - field.cb[i]!) + change.cb[i]!;
    out.cr[i] = field.cr[i]! + kept * (rest.cr[i]! - field.cr[i]!) + change.cr[i]!;
  }
  return out;
}
