import { type ChromaField, chromaField } from '../media/chroma-field.ts';
import type { Plane } from '../media/plane.ts';
import { type Feature, type Lender, type LikenessScales, lendByLikeness, likenessFeatures } from './likeness.ts';
import { resizeArea, resizeField } from './resample.ts';

/** A picture whose colour is known, and what the model makes of its luma; all on one grid, of any size. `gray`: 8-bit luma. */
export interface ReferenceColor {
  readonly gray: Plane<Uint8Array>;
  readonly automatic: ChromaField;
  /** Trust is the share that is painted: what is not painted lends nothing. */
  readonly color: ChromaField;
}

/** Chosen on eleven clips, a frame coloured from another 47 later: half as strict loses a third of the gain, twice as strict helps few. */
const SCALES: LikenessScales = { chroma: 0.015, luma: 0.05, surroundings: 0.06 };
/** The reference is looked at in so many rows of patches, and the picture on a grid this much coarser: chroma is smooth, likeness is dear. */
const ROWS = 16;
const COARSER = 2;
/** Likeness to the most alike patch from which on its whole change is taken over. */
const ALIKE = 0.5;
/** Paint below this share of a patch says nothing of it. */
const LEAST_PAINT = 0.1;

/**
 * Colour changed as a reference differs from what the model makes of it: each cell takes over the changes of those patches of the reference
 * that are like it, in automatic colour, luma and luma around, wherever they lie; what is like none of them keeps its automatic colour.
 * (Transfer by likeness as of Welsh, Ashikhmin and Mueller 2002, of the model's error instead of the colour.)
 */
export function borrowColor(automatic: ChromaField, gray: Plane<Uint8Array>, reference: ReferenceColor): ChromaField {
  const { width, height } = automatic;
  const small = { width: Math.ceil(width / COARSER), height: Math.ceil(height / COARSER) };
  const change = chromaField(small.width, small.height);
  const lent = lendByLikeness(featuresOn(automatic, gray, small), change.cb.length, patchesOf(reference));
  for (const part of ['cb', 'cr'] as const)
    for (let i = 0; i < lent.most.length; i++) change[part][i] = Math.min(1, lent.most[i]! / ALIKE) * lent[part][i]!;
  return added(automatic, resizeField(change, width, height));
}

/** What cells are compared by, as means over the cells of another grid. */
function featuresOn(field: ChromaField, gray: Plane<Uint8Array>, grid: { width: number; height: number }): Feature[] {
  const { width, height } = field;
  return likenessFeatures(field, gray, SCALES).map(({ values, scale }) => {
    const plane = { width, height, data: Float32Array.from(values) };
    return { values: resizeArea(plane, grid.width, grid.height).data, scale };
  });
}

/** The patches of a reference that are painted: what each is like, and what the model was wrong by. */
function patchesOf({ gray, automatic, color }: ReferenceColor): Lender[] {
  const { width, height } = automatic;
  const grid = { width: Math.max(1, Math.round((ROWS * width) / height)), height: Math.min(ROWS, height) };
  const mean = (data: Float32Array) => resizeArea({ width, height, data }, grid.width, grid.height).data;
  const off = (mine: Float32Array, model: Float32Array) => mean(mine.map((value, i) => color.trust[i]! * (value - model[i]!)));
  const [paint, cb, cr] = [mean(color.trust), off(color.cb, automatic.cb), off(color.cr, automatic.cr)];
  const features = featuresOn(automatic, gray, grid);
  return Array.from(paint.keys())
    .filter(i => paint[i]! >= LEAST_PAINT)
    .map(i => ({ like: features.map(({ values }) => values[i]!), cb: cb[i]! / paint[i]!, cr: cr[i]! / paint[i]! }));
}

function added(field: ChromaField, change: ChromaField): ChromaField {
  const out = chromaField(field.width, field.height);
  out.trust.set(field.trust);
  for (let i = 0; i < out.cb.length; i++) {
    out.cb[i] = field.cb[i]! + change.cb[i]!;
    out.cr[i] = field.cr[i]! + change.cr[i]!;
  }
  return out;
}
