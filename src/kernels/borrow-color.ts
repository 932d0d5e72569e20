import { type ChromaField, chromaField } from '../media/chroma-field.ts';
import type { Plane } from '../media/plane.ts';
import { FARTHEST, type LikenessScales, likenessFeatures } from './likeness.ts';
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
/** Two of chroma, the luma, the luma around. */
const FEATURES = 4;
/** Paint below this share of a patch says nothing of it. */
const LEAST_PAINT = 0.1;

/**
 * Colour changed as a reference differs from what the model makes of it: each cell takes over the changes of those patches of the reference
 * that are like it, in automatic colour, luma and luma around, wherever they lie; what is like none of them keeps its automatic colour.
 * (Transfer by likeness as of Welsh, Ashikhmin and Mueller 2002, of the model's error instead of the colour.)
 */
export function borrowColor(automatic: ChromaField, gray: Plane<Uint8Array>, reference: ReferenceColor): ChromaField {
  const patches = patchesOf(reference);
  const small = { width: Math.ceil(automatic.width / COARSER), height: Math.ceil(automatic.height / COARSER) };
  const cells = likenessOn(automatic, gray, small);
  const change = chromaField(small.width, small.height);
  for (let i = 0; i < change.cb.length; i++) {
    const [mine, sum] = [i * FEATURES, { weight: 0, most: 0, cb: 0, cr: 0 }];
    for (let p = 0; p < patches.count; p++) {
      let off = 0;
      for (let k = 0; k < FEATURES; k++) {
        const step = cells[mine + k]! - patches.likeness[p * FEATURES + k]!;
        off += step * step;
      }
      if (off > FARTHEST) continue;
      const weight = Math.exp(-off);
      sum.weight += weight;
      if (weight > sum.most) sum.most = weight;
      sum.cb += weight * patches.cb[p]!;
      sum.cr += weight * patches.cr[p]!;
    }
    if (sum.weight === 0) continue;
    const share = Math.min(1, sum.most / ALIKE) / sum.weight;
    change.cb[i] = share * sum.cb;
    change.cr[i] = share * sum.cr;
  }
  return added(automatic, resizeField(change, automatic.width, automatic.height));
}

/** What cells are compared by, on another grid, cell after cell, in units in which a squared difference is the exponent. */
function likenessOn(field: ChromaField, gray: Plane<Uint8Array>, grid: { width: number; height: number }): Float32Array {
  const { width, height } = field;
  const out = new Float32Array(grid.width * grid.height * FEATURES);
  for (const [k, { values, scale }] of likenessFeatures(field, gray, SCALES).entries()) {
    const { data } = resizeArea({ width, height, data: Float32Array.from(values) }, grid.width, grid.height);
    for (let i = 0; i < data.length; i++) out[i * FEATURES + k] = data[i]! / (scale * Math.SQRT2);
  }
  return out;
}

/** The patches of a reference that are painted: what each is like, and what the model was wrong by. */
function patchesOf({ gray, automatic, color }: ReferenceColor) {
  const { width, height } = automatic;
  const grid = { width: Math.max(1, Math.round((ROWS * width) / height)), height: Math.min(ROWS, height) };
  const mean = (data: Float32Array) => resizeArea({ width, height, data }, grid.width, grid.height).data;
  const off = (mine: Float32Array, model: Float32Array) => mean(mine.map((value, i) => color.trust[i]! * (value - model[i]!)));
  const [paint, cb, cr] = [mean(color.trust), off(color.cb, automatic.cb), off(color.cr, automatic.cr)];
  const all = likenessOn(automatic, gray, grid);
  const kept = Array.from(paint.keys()).filter(i => paint[i]! >= LEAST_PAINT);
  return {
    count: kept.length,
    likeness: Float32Array.from(kept.flatMap(i => [...all.subarray(i * FEATURES, (i + 1) * FEATURES)])),
    cb: Float32Array.from(kept, i => cb[i]! / paint[i]!),
    cr: Float32Array.from(kept, i => cr[i]! / paint[i]!),
  };
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
