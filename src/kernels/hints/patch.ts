import type { Plane } from '../../media/fields/plane.ts';

/** A square of a gray picture around a position: the appearance of an object there. `reach`: cells on each side of its centre. */
export interface Patch {
  readonly reach: number;
  readonly mean: number;
  /** Levels minus their mean, row by row. */
  readonly data: Float32Array;
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Weight of a difference in mean relative to one in texture. Light on an object changes, but not much. */
const MEAN_SHARE = 0.5;

/** Positions are measured from the corners of cells. Outside the picture its edge is replicated. */
export function patchAt(gray: Plane<Uint8Array>, { x, y }: Spot, reach: number): Patch {
  const side = 2 * reach + 1;
  const data = new Float32Array(side * side);
  const [left, top] = [Math.floor(x) - reach, Math.floor(y) - reach];
  let sum = 0;
  for (let j = 0, i = 0; j < side; j++) {
    const row = Math.max(0, Math.min(gray.height - 1, top + j)) * gray.width;
    for (let k = 0; k < side; k++, i++) {
      const level = gray.data[row + Math.max(0, Math.min(gray.width - 1, left + k))]!;
      data[i] = level;
      sum += level;
    }
  }
  const mean = sum / data.length;
  for (let i = 0; i < data.length; i++) data[i]! -= mean;
  return { reach, mean, data };
}

/**
 * Difference of two patches of equal size in 8-bit levels: mean absolute difference of their textures, plus a share of the
 * difference of their means.
 */
export function patchDifference(one: Patch, other: Patch): number {
  let sum = 0;
  for (let i = 0; i < one.data.length; i++) sum += Math.abs(one.data[i]! - other.data[i]!);
  return sum / one.data.length + MEAN_SHARE * Math.abs(one.mean - other.mean);
}

/**
 * Position around `near` (at most `window` cells away on either axis) that best matches one of some patches, and its difference.
 */
export function findPatch(
  gray: Plane<Uint8Array>,
  patches: readonly Patch[],
  near: Spot,
  window: number,
): { readonly spot: Spot; readonly difference: number } {
  const best = { spot: near, difference: Number.POSITIVE_INFINITY };
  for (let dy = -window; dy <= window; dy++)
    for (let dx = -window; dx <= window; dx++) {
      const spot = { x: near.x + dx, y: near.y + dy };
      if (spot.x < 0 || spot.y < 0 || spot.x >= gray.width || spot.y >= gray.height) continue;
      const here = patchAt(gray, spot, patches[0]!.reach);
      const difference = Math.min(...patches.map(patch => patchDifference(here, patch)));
      if (difference < best.difference) Object.assign(best, { spot, difference });
    }
  return best;
}
