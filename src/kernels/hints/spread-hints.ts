import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { COLOR_SHARE, hintStrength, hintSurroundings, hintWeights } from './hint-weight.ts';
import { appearanceFeatures, averageBySimilarity, type ColorSample, type Feature } from './likeness.ts';
import { pathGrid } from './path-length.ts';

/** A hint dot of known chroma: the grid cells it covers, at least one. */
export interface HintDot {
  readonly cells: readonly number[];
  readonly cb: number;
  readonly cr: number;
}

/** A picture that hints are set on. `gray`: 8-bit luma on the field's grid. */
export interface HintedPicture {
  readonly gray: Plane<Uint8Array>;
  /** The model's, on a grid of their own. */
  readonly features: FeatureMap | undefined;
  /** The model's own output for the same hints, used where it gives no features. */
  readonly hinted: ChromaField | undefined;
}

/**
 * Scales at which the similarity of a place to a hint falls to e^-1/2, without features: a hint reaches less far and fades at
 * once. Tuned on one frame each of eleven clips, for the gain of five random dots against the risk of harm: doubling the reach
 * gains a third more and harms four times as often.
 */
const SCALES = { chroma: 0.03, luma: 0.15, surroundings: 0.12, reach: Math.SQRT1_2 * 0.9 };
/** Share of the model's own response to the hints in the change of a cell. The rest is the dots' own change. */
const MODEL_SHARE = 0.5;

/**
 * Spreads hints to cells similar in the model's features, automatic chroma and luma that a path without edges leads to, as in
 * affinity-based edit propagation (An and Pellacini 2008), with learned weights. Between dots the one of larger weight dominates;
 * cells similar to none keep the automatic colour, and cells under a dot get its colour. Without features, surrounding luma
 * stands in for them, and the model's own output for the hints is blended in where a dot has influence.
 */
export function spreadHints(automatic: ChromaField, dots: readonly HintDot[], picture: HintedPicture): ChromaField {
  const { features } = picture;
  const out = features
    ? spreadByFeatures(automatic, dots, { ...picture, features })
    : spreadByAppearance(automatic, dots, picture);
  out.trust.set(automatic.trust);
  for (const part of ['cb', 'cr'] as const) for (const dot of dots) for (const cell of dot.cells) out[part][cell] = dot[part];
  return out;
}

/** Dots compete by the square of their weights, so that between two of them the border is narrow. */
function spreadByFeatures(
  automatic: ChromaField,
  dots: readonly HintDot[],
  { gray, features }: { gray: Plane<Uint8Array>; features: FeatureMap },
): ChromaField {
  const { width, height } = automatic;
  const picture = { automatic, gray, features };
  const paths = pathGrid(gray);
  const [total, largest] = [new Float32Array(width * height), new Float32Array(width * height)];
  const out = chromaField(width, height);
  for (const dot of dots) {
    const surroundings = hintSurroundings(dot, picture, paths);
    const { own } = surroundings;
    const weights = hintWeights(dot, surroundings);
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i]!;
      const share = weight * weight;
      total[i]! += share;
      if (weight > largest[i]!) largest[i] = weight;
      out.cb[i]! += share * (dot.cb - (1 - COLOR_SHARE) * own.cb);
      out.cr[i]! += share * (dot.cr - (1 - COLOR_SHARE) * own.cr);
    }
  }
  for (let i = 0; i < total.length; i++) {
    const strength = hintStrength(largest[i]!);
    for (const part of ['cb', 'cr'] as const) {
      const automaticPart = automatic[part][i]!;
      const mean = total[i]! > 0 ? out[part][i]! / total[i]! : 0;
      out[part][i] = automaticPart + strength * (mean - COLOR_SHARE * automaticPart);
    }
  }
  return out;
}

function spreadByAppearance(
  automatic: ChromaField,
  dots: readonly HintDot[],
  { gray, hinted }: Pick<HintedPicture, 'gray' | 'hinted'>,
): ChromaField {
  const { width, height } = automatic;
  const features = [...appearanceFeatures(automatic, gray, SCALES), ...positionFeatures(automatic, SCALES.reach)];
  const mean = averageBySimilarity(
    features,
    width * height,
    dots.map(dot => sampleOf(dot, features)),
  );
  const share = hinted ? MODEL_SHARE : 0;
  const out = chromaField(width, height);
  for (const part of ['cb', 'cr'] as const) {
    const [own, predicted, changed] = [automatic[part], hinted?.[part] ?? automatic[part], out[part]];
    for (let i = 0; i < changed.length; i++)
      changed[i] = own[i]! + mean.similarity[i]! * ((1 - share) * mean[part][i]! + share * (predicted[i]! - own[i]!));
  }
  return out;
}

/** Column and row. `reach`: in shorter sides of the picture. */
function positionFeatures({ width, height }: ChromaField, reach: number): Feature[] {
  const scale = reach * Math.min(width, height);
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

/** Mean features of the cells under a dot, and its change of the automatic colour there (the first two features). */
function sampleOf({ cells, cb, cr }: HintDot, grid: readonly Feature[]): ColorSample {
  const features = grid.map(({ values }) => cells.reduce((sum, cell) => sum + values[cell]!, 0) / cells.length);
  return { features, cb: cb - features[0]!, cr: cr - features[1]! };
}
