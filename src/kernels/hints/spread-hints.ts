import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { averageByLikeness, type ColorSample, type Feature, type LikenessScales, likenessFeatures } from './likeness.ts';

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
 * field's grid. `hinted`: the model's own answer to the same hints, whose change is followed where a dot reaches. Under a dot stands its colour.
 */
export function spreadHints(
  automatic: ChromaField,
  dots: readonly HintDot[],
  { gray, hinted }: { gray: Plane<Uint8Array>; hinted: ChromaField | undefined },
): ChromaField {
  const { width, height } = automatic;
  const cells = width * height;
  const features = [...likenessFeatures(automatic, gray, SCALES), ...placeFeatures(width, height)];
  const mean = averageByLikeness(
    features,
    cells,
    dots.map(dot => sampleOf(dot, features)),
  );
  const share = hinted ? MODEL_SHARE : 0;
  const out = chromaField(width, height);
  out.trust.set(automatic.trust);
  for (const part of ['cb', 'cr'] as const) {
    const [own, heard] = [automatic[part], hinted?.[part] ?? automatic[part]];
    for (let i = 0; i < cells; i++)
      out[part][i] = own[i]! + mean.most[i]! * ((1 - share) * mean[part][i]! + share * (heard[i]! - own[i]!));
    for (const dot of dots) for (const cell of dot.cells) out[part][cell] = dot[part];
  }
  return out;
}

/** Column and row; their scale is such that the likeness has fallen to e^-1 at PLACE. */
function placeFeatures(width: number, height: number): Feature[] {
  const scale = (PLACE * Math.min(width, height)) / Math.SQRT2;
  const cells = { length: width * height };
  return [
    { values: Float32Array.from(cells, (_, i) => i % width), scale },
    { values: Float32Array.from(cells, (_, i) => Math.floor(i / width)), scale },
  ];
}

/** The means of the features under a dot, its middle among them, and the change of the first two, of chroma, that it asks for there. */
function sampleOf({ cells, cb, cr }: HintDot, features: readonly Feature[]): ColorSample {
  const like = features.map(({ values }) => cells.reduce((sum, cell) => sum + values[cell]!, 0) / cells.length);
  return { like, cb: cb - like[0]!, cr: cr - like[1]! };
}
