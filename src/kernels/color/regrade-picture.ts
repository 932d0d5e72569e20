import type { Matrix } from '../../media/film/frame.ts';
import type { Grade } from '../../media/plan/grade.ts';
import { FADE_LUMA, GAMUT_HEADROOM, gamutShare, lumaWeights, rgbWeights } from './color.ts';
import { darkGuardShare, gradeChroma, ungradeChroma } from './grade-chroma.ts';

/** Steps of chroma from -0.5 to 0.5 in the table; between them chroma is interpolated. */
const STEPS = 128;

/** A change from one grade to another, ready to be applied to pictures. */
export interface Regrade {
  /** New Cb and Cr in turn, by steps of Cr, then of Cb. */
  readonly table: Float32Array;
  /** The dark guards of both grades. */
  readonly guards: { readonly from: number; readonly to: number };
}

/** Undefined where the first grade cannot be undone without its picture: no saturation was left, or the looks differ. */
export function regradeOf(from: Grade, to: Grade): Regrade | undefined {
  if (!isSame(from.look, to.look) || (from.look && !isSame(from.hues, to.hues))) return undefined;
  // A look comes after the hues: where both are the same, they need not be undone.
  const parts = ({ hues, saturation, warmth }: Grade): Grade => ({
    ...(hues && !from.look && { hues }),
    ...(saturation !== undefined && { saturation }),
    ...(warmth !== undefined && { warmth }),
  });
  const side = STEPS + 1;
  const [cb, cr] = [new Float32Array(side * side), new Float32Array(side * side)];
  for (let i = 0; i < cb.length; i++) {
    cb[i] = (i % side) / STEPS - 0.5;
    cr[i] = Math.floor(i / side) / STEPS - 0.5;
  }
  const before = ungradeChroma({ cb, cr }, parts(from));
  if (!before) return undefined;
  const gray = { width: side, height: side, data: new Uint8Array(side * side) };
  const after = gradeChroma(before, { grade: parts(to), cube: undefined }, { gray, matrix: 'bt709', range: 'full' });
  const table = Float32Array.from({ length: 2 * cb.length }, (_, i) => (i % 2 === 0 ? after.cb : after.cr)[i >> 1]!);
  return { table, guards: { from: from.darkGuard ?? 0, to: to.darkGuard ?? 0 } };
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** Below this share of its chroma a dark place cannot be brought back. */
const MIN_SHARE = 0.02;

/**
 * Changes the grade of a picture in place. `rgba`: 8 bit, interleaved; opacity and luma stay. As in rendering, chroma is shrunk
 * into gamut and fades near black.
 */
export function regradePicture(rgba: Uint8ClampedArray, { table, guards }: Regrade, matrix: Matrix): void {
  const luma = lumaWeights(matrix);
  const green = 1 - luma.red - luma.blue;
  const weights = rgbWeights(matrix);
  const row = 2 * (STEPS + 1);
  for (let at = 0; at < rgba.length; at += 4) {
    const r = rgba[at]! / 255;
    const g = rgba[at + 1]! / 255;
    const b = rgba[at + 2]! / 255;
    const y = luma.red * r + green * g + luma.blue * b;
    const fade = Math.min(1, y / FADE_LUMA);
    const share = fade * darkGuardShare(y, guards.from);
    if (share < MIN_SHARE) continue;
    const left = Math.min(STEPS, Math.max(0, (0.5 + (b - y) / (weights.blue * share)) * STEPS));
    const top = Math.min(STEPS, Math.max(0, (0.5 + (r - y) / (weights.red * share)) * STEPS));
    const column = Math.min(STEPS - 1, Math.floor(left));
    const line = Math.min(STEPS - 1, Math.floor(top));
    const cell = line * row + 2 * column;
    const guarded = darkGuardShare(y, guards.to);
    const u = guarded * mixed(table, cell, row, left - column, top - line);
    const v = guarded * mixed(table, cell + 1, row, left - column, top - line);
    const scale = gamutShare(y, u, v, weights, GAMUT_HEADROOM) * fade;
    rgba[at] = 255 * (y + weights.red * v * scale);
    rgba[at + 1] = 255 * (y + (weights.greenCb * u + weights.greenCr * v) * scale);
    rgba[at + 2] = 255 * (y + weights.blue * u * scale);
  }
}

function mixed(table: Float32Array, at: number, row: number, dx: number, dy: number): number {
  const upper = table[at]! * (1 - dx) + table[at + 2]! * dx;
  const lower = table[at + row]! * (1 - dx) + table[at + row + 2]! * dx;
  return upper * (1 - dy) + lower * dy;
}
