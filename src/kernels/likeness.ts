import type { ChromaField } from '../media/chroma-field.ts';
import type { Plane } from '../media/plane.ts';
import { resizeArea } from './resample.ts';

/** What a cell is compared by: a value for each cell, and the difference at which likeness has fallen to e^-1/2. */
export interface Feature {
  readonly values: ArrayLike<number>;
  readonly scale: number;
}

/** `chroma` as a share of its full range; `luma` and the mean luma around, `surroundings`, as shares of black to white. */
export interface LikenessScales {
  readonly chroma: number;
  readonly luma: number;
  readonly surroundings: number;
}

/** Black to white in 8-bit code values of limited range; full range is taken for it, which makes its likeness a little stricter. */
const LUMA_RANGE = 219;
/** The surroundings of a cell are a window whose deviation is about 1/24 of the shorter side: that side has so many patches. */
const PATCHES = 12;
/** Exponents beyond this add nothing that eight bits would show. */
export const FARTHEST = 12;

/** What tells a picture's things apart: its automatic colour (Cb, Cr), its luma, the mean luma around. `gray`: 8-bit luma on the field's grid. */
export function likenessFeatures(
  { width, height, cb, cr }: ChromaField,
  gray: Plane<Uint8Array>,
  scales: LikenessScales,
): Feature[] {
  const patch = Math.max(1, Math.min(width, height) / PATCHES);
  const coarse = resizeArea(gray, Math.ceil(width / patch), Math.ceil(height / patch));
  return [
    { values: cb, scale: scales.chroma },
    { values: cr, scale: scales.chroma },
    { values: gray.data, scale: scales.luma * LUMA_RANGE },
    { values: resizeArea(coarse, width, height).data, scale: scales.surroundings * LUMA_RANGE },
  ];
}
