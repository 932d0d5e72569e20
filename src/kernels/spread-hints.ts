import { type ChromaField, chromaField } from '../media/chroma-field.ts';
import type { Plane } from '../media/plane.ts';
import { FARTHEST, type Feature, type LikenessScales, likenessFeatures } from './likeness.ts';

/** A dot of known chroma: the cells of the grid that it covers, at least one. */
export interface HintDot {
  readonly cells: readonly number[];
  readonly cb: number;
  readonly cr: number;
}

/**
 * How far a cell may be from a dot and still have some e^-1/2 (for the place: e^-1) of its hint. Chosen on one frame of eleven clips for
 * what five dots at random places gain and how seldom one harms: twice the reach gains a third more and harms four times as often.
 */
const PLACE = 0.9; // shorter sides of the picture
const SCALES: LikenessScales = { chroma: 0.03, luma: 0.15, surroundings: 0.12 };

/** Of the change that a cell takes over: this share is what the model made of the hints, the rest is the dots' own. */
const MODEL_SHARE = 0.5;
/**
 * Colour changed by hints: each dot's change goes to what is like it, in automatic colour, luma, luma around and place, and fades with the
 * likeness, as in propagation of user edits by affinity (An and Pellacini 2008); between dots the more alike wins. `gray`: 8-bit luma on the
 * field's grid. `told`: the model's own answer to the same hints, whose change is followed where a dot reaches. Under a dot stands its colour.
 */
export function spreadHints(
  automatic: ChromaField,
  dots: readonly HintDot[],
  { gray, told }: { gray: Plane<Uint8Array>; told: ChromaField | undefined },
): ChromaField {
  const { width, height } = automatic;
  const features = likenessFeatures(automatic, gray, SCALES);
  const centres = dots.map(dot => centreOf(dot, automatic, features));
  const side = PLACE * Math.min(width, height);
  const share = told ? MODEL_SHARE : 0;
  const out = chromaField(width, height);
  out.trust.set(automatic.trust);
  for (let i = 0; i < width * height; i++) {
    const sum = { weight: 0, most: 0, cb: 0, cr: 0 };
    for (const { x, y, means, cb, cr } of centres) {
      let off = (((i % width) - x) / side) ** 2 + ((Math.floor(i / width) - y) / side) ** 2;
      for (const [k, { values, scale }] of features.entries()) off += ((values[i]! - means[k]!) / scale) ** 2 / 2;
      if (off > FARTHEST) continue;
      const weight = Math.exp(-off);
      sum.weight += weight;
      sum.most = Math.max(sum.most, weight);
      sum.cb += weight * cb;
      sum.cr += weight * cr;
    }
    const own = sum.weight > 0 ? ((1 - share) * sum.most) / sum.weight : 0;
    const heard = share * sum.most;
    out.cb[i] = automatic.cb[i]! + own * sum.cb + (told ? heard * (told.cb[i]! - automatic.cb[i]!) : 0);
    out.cr[i] = automatic.cr[i]! + own * sum.cr + (told ? heard * (told.cr[i]! - automatic.cr[i]!) : 0);
  }
  for (const { cells, cb, cr } of dots)
    for (const cell of cells) {
      out.cb[cell] = cb;
      out.cr[cell] = cr;
    }
  return out;
}

/** A dot's middle, the means of the features under it, and the change that it asks for there. */
function centreOf({ cells, cb, cr }: HintDot, { width }: { width: number }, features: readonly Feature[]) {
  const mean = (at: (cell: number) => number) => cells.reduce((sum, cell) => sum + at(cell), 0) / cells.length;
  const means = features.map(({ values }) => mean(cell => values[cell]!));
  return {
    x: mean(cell => cell % width),
    y: mean(cell => Math.floor(cell / width)),
    means,
    cb: cb - means[0]!,
    cr: cr - means[1]!,
  };
}
