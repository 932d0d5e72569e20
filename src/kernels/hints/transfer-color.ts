import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { resizeArea, resizeField } from '../filters/resample.ts';
import {
  averageByLikeness,
  type ColorSample,
  type Feature,
  type LikenessScales,
  likenessFeatures,
  mapFeatures,
} from './likeness.ts';

/** A picture's 8-bit luma and what the model makes of it on one grid, and what it sees in it, on a grid of its own. */
export interface DescribedPicture {
  readonly gray: Plane<Uint8Array>;
  readonly automatic: ChromaField;
  readonly features: FeatureMap | undefined;
}

/** A picture whose colour is known, of any size. */
export interface ReferenceColor extends DescribedPicture {
  /** Trust is the share that is painted: what is not painted lends nothing. */
  readonly color: ChromaField;
}

/** Chosen on eleven clips, a frame coloured from another 47 later: half as strict loses a third of the gain, twice as strict helps few. */
const SCALES: LikenessScales = { chroma: 0.015, luma: 0.05, surroundings: 0.06 };
/** The same where the model says what it sees: look counts less then. SEEN is a distance between two vectors of length 1. */
const SCALES_SEEN: LikenessScales = { chroma: 0.03, luma: 0.08, surroundings: 0.12 };
const SEEN = 0.38;
/** The reference is looked at in so many rows of patches, and the picture on a grid this much coarser: chroma is smooth, likeness is dear. */
const ROWS = 16;
const COARSER = 2;
/** Likeness to the most alike patch from which on its whole change is taken over; less where more properties have to agree. */
const ALIKE = 0.5;
const ALIKE_SEEN = 0.1;
/** Paint below this share of a patch says nothing of it. */
const MIN_PAINT = 0.1;

/**
 * Colour changed as a reference differs from what the model makes of it: each cell takes over the changes of those patches of the reference
 * that are like it, in what the model sees there, automatic colour, luma and luma around, wherever they lie; what is like none of them has the colour of `rest`, automatic unless told.
 * (Transfer by likeness as of Welsh, Ashikhmin and Mueller 2002, of the model's error instead of the colour.)
 */
export function transferColor(
  picture: DescribedPicture,
  reference: ReferenceColor,
  rest: ChromaField = picture.automatic,
): ChromaField {
  const { automatic } = picture;
  const { width, height } = automatic;
  const seen = picture.features && reference.features ? 'seen' : 'unseen';
  const alike = seen === 'seen' ? ALIKE_SEEN : ALIKE;
  const small = { width: Math.ceil(width / COARSER), height: Math.ceil(height / COARSER) };
  const change = chromaField(small.width, small.height);
  const mean = averageByLikeness(featuresOn(picture, small, seen), change.cb.length, patchesOf(reference, seen));
  for (let i = 0; i < mean.most.length; i++) {
    const share = Math.min(1, mean.most[i]! / alike);
    change.cb[i] = share * mean.cb[i]!;
    change.cr[i] = share * mean.cr[i]!;
    change.trust[i] = share;
  }
  return added(automatic, resizeField(change, width, height), rest);
}

/** What cells are compared by, as means over the cells of another grid. */
function featuresOn(picture: DescribedPicture, grid: { width: number; height: number }, seen: 'seen' | 'unseen'): Feature[] {
  const { automatic, gray, features } = picture;
  const { width, height } = automatic;
  const look = likenessFeatures(automatic, gray, seen === 'seen' ? SCALES_SEEN : SCALES).map(({ values, scale }) => {
    const plane = { width, height, data: Float32Array.from(values) };
    return { values: resizeArea(plane, grid.width, grid.height).data, scale };
  });
  return seen === 'seen' && features ? [...look, ...mapFeatures(features, grid, SEEN)] : look;
}

/** The patches of a reference that are painted: what each is like, and what the model was wrong by. */
function patchesOf(reference: ReferenceColor, seen: 'seen' | 'unseen'): ColorSample[] {
  const { automatic, color } = reference;
  const { width, height } = automatic;
  const grid = { width: Math.max(1, Math.round((ROWS * width) / height)), height: Math.min(ROWS, height) };
  const mean = (data: Float32Array) => resizeArea({ width, height, data }, grid.width, grid.height).data;
  const off = (mine: Float32Array, model: Float32Array) => mean(mine.map((value, i) => color.trust[i]! * (value - model[i]!)));
  const [paint, cb, cr] = [mean(color.trust), off(color.cb, automatic.cb), off(color.cr, automatic.cr)];
  const features = featuresOn(reference, grid, seen);
  return Array.from(paint.keys())
    .filter(i => paint[i]! >= MIN_PAINT)
    .map(i => ({ like: features.map(({ values }) => values[i]!), cb: cb[i]! / paint[i]!, cr: cr[i]! / paint[i]! }));
}

/** `change.trust`: how much of the result is the changed field, the rest being `rest`. */
function added(field: ChromaField, change: ChromaField, rest: ChromaField): ChromaField {
  const out = chromaField(field.width, field.height);
  out.trust.set(field.trust);
  for (let i = 0; i < out.cb.length; i++) {
    const kept = 1 - change.trust[i]!;
    out.cb[i] = field.cb[i]! + kept * (rest.cb[i]! - field.cb[i]!) + change.cb[i]!;
    out.cr[i] = field.cr[i]! + kept * (rest.cr[i]! - field.cr[i]!) + change.cr[i]!;
  }
  return out;
}
