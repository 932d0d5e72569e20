import type { Matrix } from '../../../media/film/frame.ts';
import type { ColorizerInput } from '../../../media/models/colorizer-planes.ts';

/** Smallest and largest value of a tensor. */
export type ValueRange = readonly [least: number, most: number];

/**
 * One meaning that an input of a model can have (see media/models/model-card). Families of meanings have a file each beside this one: `chroma` for
 * models that speak Y'CbCr, `gray-rgb` for R'G'B', `lab` for CIE Lab.
 */
export interface InputContent {
  /** `picture`: the gray picture. `known`: colour that is known already. `mask`: where it is known. */
  readonly role: 'picture' | 'known' | 'mask';
  readonly channels: number;
  /** The ranges in which published models take it; the first where a card states none. Empty: any, the unit says it all. */
  readonly ranges: readonly ValueRange[];
  /** The tensor's values: `channels` planes of width * height, one after the other. Where nothing is known, known colour is 0. */
  fill(input: ColorizerInput, scale: TensorScale): Float32Array;
}

/** One meaning that the colour which a model gives can have. */
export interface ColorContent {
  readonly channels: number;
  readonly ranges: readonly ValueRange[];
  /** The model's answer as Cb and Cr planes, one after the other, full range of `matrix`, each value within -0.5..0.5. */
  toChroma(answer: Float32Array, input: ColorizerInput, scale: TensorScale): Float32Array;
  /** What speaks against these numbers as an answer to this gray picture, as the end of "it gave ..."; undefined where nothing does. */
  faultOf(answer: Float32Array, input: ColorizerInput, scale: TensorScale): string | undefined;
}

export interface TensorScale {
  readonly range: ValueRange;
  /** Matrix of the chroma in `ColorizerInput` and `ColorizerOutput`. */
  readonly matrix: Matrix;
}

/** Half of full range: what a chroma plane can hold. */
export const WIDEST_CHROMA = 0.5;

/** Shrink each cell's chroma toward neutral, hue kept, until both values lie within -0.5..0.5. In place. */
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
