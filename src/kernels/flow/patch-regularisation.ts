import type { Patches } from './patch-search.ts';

/** A neighbour whose motion differs by this much (cells) has half a say; across a motion edge almost none. */
const KINDRED = 1.1;
/** One level (in 1/32 levels, squared, per cell): a patch that fits better than this is not trusted more for it. */
const FLOOR = 1024;

/**
 * Bring each patch into agreement with the eight around it: the motion that fits all nine best, each tied by its own Hessian (so
 * that a patch on an edge binds only across it) and weighted by how well it fits and how much its motion is like the middle one's.
 * At the full grid, where a patch sees little but grain, this takes a tenth off the error; on coarser levels it does not pay, and a flow
 * that was even already is more often blurred by it than mended.
 */
export function regularise(patches: Patches): void {
  const columns = patches.xs.length;
  const rows = patches.ys.length;
  const u = new Float64Array(patches.u.length);
  const v = new Float64Array(patches.v.length);
  for (let j = 0, p = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++, p++) [u[p], v[p]] = consensus(patches, i, j);
  }
  patches.u.set(u);
  patches.v.set(v);
}

function consensus(patches: Patches, i: number, j: number): [u: number, v: number] {
  const columns = patches.xs.length;
  const p = j * columns + i;
  const { u, v } = patches;
  let [xx, xy, yy, x, y] = [0, 0, 0, 0, 0];
  for (let m = Math.max(j - 1, 0); m <= Math.min(j + 1, patches.ys.length - 1); m++) {
    for (let n = Math.max(i - 1, 0); n <= Math.min(i + 1, columns - 1); n++) {
      const q = m * columns + n;
      const du = u[q]! - u[p]!;
      const dv = v[q]! - v[p]!;
      const weight = 1 / ((1 + (du * du + dv * dv) / (KINDRED * KINDRED)) * (patches.errors[q]! / 64 + FLOOR));
      const tieXX = weight * patches.hessianXX[q]!;
      const tieXY = weight * patches.hessianXY[q]!;
      const tieYY = weight * patches.hessianYY[q]!;
      xx += tieXX;
      xy += tieXY;
      yy += tieYY;
      x += tieXX * du + tieXY * dv;
      y += tieXY * du + tieYY * dv;
    }
  }
  const scale = 1 / (xx * yy - xy * xy);
  return [u[p]! + (yy * x - xy * y) * scale, v[p]! + (xx * y - xy * x) * scale];
}
