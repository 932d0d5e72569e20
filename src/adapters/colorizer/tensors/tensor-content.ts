import type { Matrix } from '../../../media/film/frame.ts';
import type { ColorizerInput } from '../../../media/models/colorizer-planes.ts';

/** Smallest and largest value of a tensor. */
export type ValueRange = readonly [least: number, most: number];

/**
 * One kind of model input (see media/models/model-card). Each family has a file: `chroma` for Y'CbCr, `gray-rgb` for R'G'B',
 * `lab` for CIE Lab.
 */
export interface InputContent {
  /** `picture`: the gray picture. `known`: colour that is known. `mask`: where it is known. */
  readonly role: 'picture' | 'known' | 'mask';
  readonly channels: number;
  /** The ranges that published models use; the first is taken where a card states none. Empty: any, the unit defines it. */
  readonly ranges: readonly ValueRange[];
  /** The tensor's values: `channels` planes of width * height, one after the other. Unknown colour is 0. */
  fill(input: ColorizerInput, scale: TensorScale): Float32Array;
}

/** One kind of colour output. */
export interface ColorContent {
  readonly channels: number;
  readonly ranges: readonly ValueRange[];
  /** The output as a Cb and a Cr plane, one after the other, full range of `matrix`, each value within -0.5..0.5. */
  toChroma(answer: Float32Array, input: ColorizerInput, scale: TensorScale): Float32Array;
  /** Why this cannot be the output for the gray picture, as the end of "it gave ..."; undefined where it can. */
  faultOf(answer: Float32Array, input: ColorizerInput, scale: TensorScale): string | undefined;
}

export interface TensorScale {
  readonly range: ValueRange;
  /** Matrix of the chroma in `ColorizerInput` and `ColorizerOutput`. */
  readonly matrix: Matrix;
}

/** Half of full range: the largest value of a chroma plane. */
export const WIDEST_CHROMA = 0.5;

/** Reduce each cell's chroma toward neutral, keeping the hue, until both values are within -0.5..0.5. In place. */
export function shrinkToRange(chroma: Float32Array): Float32Array {
  const cells = chroma.length / 2;
  for (let i = 0; i < cells; i++) {
    const widest = Math.max(Math.abs(chroma[i]!), Math.abs(chroma[cells + i]!));
    if (widest <= WIDEST_CHROMA) continue;
    chroma[i] = (chroma[i]! * WIDEST_CHROMA) / widest;
    chroma[cells + i] = (chroma[cells + i]! * WIDEST_CHROMA) / widest;
  }
  return chroma;
}

/** Largest absolute value. */
export function widestOf(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
