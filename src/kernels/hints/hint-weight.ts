import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { resizeArea } from '../filters/resample.ts';
import { HINT_NETWORK } from './hint-weight-network.ts';
import { likenessTo, lookOf } from './look.ts';
import { type PathGrid, pathLengths } from './path-length.ts';

/** What the weight of a hint depends on besides the hint. Planes have one value per cell. */
export interface HintSurroundings {
  readonly automatic: ChromaField;
  /** 8-bit luma. */
  readonly gray: Plane<Uint8Array>;
  /** Mean automatic chroma under the hint. */
  readonly own: { readonly cb: number; readonly cr: number };
  /** Cosine of the model's features of the cell and of those under the hint. */
  readonly likeness: Float32Array;
  /** See `pathLengths`. */
  readonly pathLengths: Float32Array;
}

/** Black to white in 8-bit codes of limited range. */
const LUMA_RANGE = 219;
/** Minimum likeness that is told apart. */
const MIN_LIKENESS = 0.02;
/** Differences of luma (black to white: 1) and chroma whose half squares are 1/2, and the maximum of these. */
const LUMA_SCALE = 0.23;
const CHROMA_SCALE = 0.043;
const MAX_SQUARE = 6;
/** Of the logarithm of a weight. Beyond 0 hints only compete: a cell takes all of a hint there. */
const MAX_LOG_WEIGHT = 3;
/** Factor by which lengths of chroma vectors become about 1. */
const CHROMA_UNIT = 10;

/** Number of features. */
export const HINT_FEATURES = 7;

const { hidden, direct, prior, colorShare } = HINT_NETWORK;

/** Share of a hint's own colour in what it gives a cell; the rest is the change that it makes at its own place. */
export const COLOR_SHARE = colorShare;

/** Share of a hint that a cell takes, 0..1, where its largest weight is this; the automatic colour counts beside it. */
export function hintStrength(weight: number): number {
  const limited = Math.min(1, weight);
  return (limited * (1 + prior)) / (limited + prior);
}

/** A hint's cells and colour. */
interface Hint {
  readonly cells: readonly number[];
  readonly cb: number;
  readonly cr: number;
}

/**
 * Weight of a hint at each cell, from 0: by a small network (linear, and one hidden layer of rectified linear units) fitted to
 * photographs with hints, see models/training/hint_weight.py. Its features: `hintFeatures`.
 */
export function hintWeights(hint: Hint, around: HintSurroundings): Float32Array {
  const weights = new Float32Array(around.gray.data.length);
  const x = new Float64Array(HINT_FEATURES);
  const read = hintFeatures(hint, around);
  for (let i = 0; i < weights.length; i++) {
    read(i, x);
    let sum = rowTimes(direct, x);
    for (let unit = 0; unit < hidden.length; unit++) {
      const row = hidden[unit]!;
      sum += row.out * Math.max(0, rowTimes(row, x));
    }
    weights[i] = Math.exp(Math.min(MAX_LOG_WEIGHT, sum));
  }
  return weights;
}

function rowTimes({ weights, bias }: { readonly weights: readonly number[]; readonly bias: number }, x: Float64Array): number {
  let sum = bias;
  for (let k = 0; k < HINT_FEATURES; k++) sum += weights[k]! * x[k]!;
  return sum;
}

/**
 * Writes the features of a cell to an array: how unlike the model's features are, the path, half squared differences of luma and
 * automatic chroma, distance of the automatic colour from the hint's, its saturation, and how much the hint changes at its own
 * place.
 */
export function hintFeatures(hint: Hint, around: HintSurroundings): (cell: number, out: Float64Array) => void {
  const { automatic, gray, own, likeness, pathLengths } = around;
  const luma = meanOf(gray.data, hint.cells);
  const change = CHROMA_UNIT * length(hint.cb - own.cb, hint.cr - own.cr);
  return (cell, out) => {
    const cb = automatic.cb[cell]!;
    const cr = automatic.cr[cell]!;
    out[0] = -Math.log(Math.max(MIN_LIKENESS, likeness[cell]!));
    out[1] = Math.sqrt(pathLengths[cell]!);
    out[2] = halfSquare((gray.data[cell]! - luma) / LUMA_RANGE / LUMA_SCALE);
    out[3] = halfSquare(length(cb - own.cb, cr - own.cr) / CHROMA_SCALE);
    out[4] = CHROMA_UNIT * length(hint.cb - cb, hint.cr - cr);
    out[5] = CHROMA_UNIT * length(cb, cr);
    out[6] = change;
  };
}

/** Of one hint on a picture. `paths`: of its luma. */
export function hintSurroundings(
  { cells }: Pick<Hint, 'cells'>,
  { automatic, gray, features }: Pick<HintSurroundings, 'automatic' | 'gray'> & { readonly features: FeatureMap },
  paths: PathGrid,
): HintSurroundings {
  return {
    automatic,
    gray,
    own: { cb: meanOf(automatic.cb, cells), cr: meanOf(automatic.cr, cells) },
    likeness: likenessOf(cells, features, automatic),
    pathLengths: pathLengths(paths, cells, automatic),
  };
}

/** Of each cell to some: the cosine of the model's features. */
function likenessOf(cells: readonly number[], map: FeatureMap, { width, height }: ChromaField): Float32Array {
  const cellsOfMap = cells.map(cell => {
    const x = Math.floor((((cell % width) + 0.5) * map.width) / width);
    const y = Math.floor(((Math.floor(cell / width) + 0.5) * map.height) / height);
    return y * map.width + x;
  });
  const alike = likenessTo(map, lookOf(map, cellsOfMap));
  return resizeArea({ width: map.width, height: map.height, data: alike }, width, height).data;
}

const meanOf = (values: ArrayLike<number>, cells: readonly number[]) =>
  cells.reduce((sum, cell) => sum + values[cell]!, 0) / cells.length;

const halfSquare = (value: number) => Math.min(MAX_SQUARE, (value * value) / 2);

/** Faster than Math.hypot. */
const length = (x: number, y: number) => Math.sqrt(x * x + y * y);
