import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { appearanceFeatures, averageBySimilarity, type ColorSample, type Feature, type SimilarityScales } from './likeness.ts';

/** A hint dot of known chroma: the grid cells it covers, at least one. */
export interface HintDot {
  readonly cells: readonly number[];
  readonly cb: number;
  readonly cr: number;
}

/**
 * Scales at which the influence of a hint falls to e^-1/2 (for distance: e^-1). Tuned on one frame each of eleven clips, for the
 * gain of five random dots against the risk of harm: doubling the reach gains a third more and harms four times as often.
 */
const REACH = 0.9; // shorter sides of the picture
const SCALES: SimilarityScales = { chroma: 0.03, luma: 0.15, surroundings: 0.12 };

/** Share of the model's own response to the hints in the change of a cell. The rest is the dots' own change. */
const MODEL_SHARE = 0.5;

/**
 * Spreads hints: each dot's colour change is applied to cells similar in automatic chroma, luma, surrounding luma and position,
 * and fades with similarity, as in affinity-based edit propagation (An and Pellacini 2008). Between dots the more similar one
 * dominates. Cells under a dot get its colour.
 * `gray`: 8-bit luma on the field's grid. `hinted`: the model's own output for the same hints; its change is blended in where a
 * dot has influence.
 */
export function spreadHints(
  automatic: ChromaField,
  dots: readonly HintDot[],
  { gray, hinted }: { gray: Plane<Uint8Array>; hinted: ChromaField | undefined },
): ChromaField {
  const { width, height } = automatic;
  const cells = width * height;
  const features = [...appearanceFeatures(automatic, gray, SCALES), ...positionFeatures(width, height)];
  const mean = averageBySimilarity(
    features,
    cells,
    dots.map(dot => sampleOf(dot, features)),
  );
  const share = hinted ? MODEL_SHARE : 0;
  const out = chromaField(width, height);
  out.trust.set(automatic.trust);
  for (const part of ['cb', 'cr'] as const) {
    const [own, predicted] = [automatic[part], hinted?.[part] ?? automatic[part]];
    const [changed, change, { similarity }] = [out[part], mean[part], mean];
    for (let i = 0; i < cells; i++)
      changed[i] = own[i]! + similarity[i]! * ((1 - share) * change[i]! + share * (predicted[i]! - own[i]!));
    for (const dot of dots) for (const cell of dot.cells) changed[cell] = dot[part];
  }
  return out;
}

/** Column and row, scaled so that similarity falls to e^-1 at REACH. */
function positionFeatures(width: number, height: number): Feature[] {
  const scale = (REACH * Math.min(width, height)) / Math.SQRT2;
  const [columns, rows] = [new Float32Array(width * height), new Float32Array(width * height)];
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      columns[i] = x;
      rows[i] = y;
    }
  return [
    { values: columns, scale },
    { values: rows, scale },
  ];
}

/** Mean features of the cells under a dot, and the change of chroma (the first two features) that it requests there. */
function sampleOf({ cells, cb, cr }: HintDot, grid: readonly Feature[]): ColorSample {
  const features = grid.map(({ values }) => cells.reduce((sum, cell) => sum + values[cell]!, 0) / cells.length);
  return { features, cb: cb - features[0]!, cr: cr - features[1]! };
}
