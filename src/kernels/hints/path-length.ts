import type { Plane } from '../../media/fields/plane.ts';
import { resizeArea } from '../filters/resample.ts';

/** Maximum cells along the shorter side of the grid that paths are searched on. Finer grids do not gain anything. */
const SIDE = 60;
/** Black to white in 8-bit codes of limited range. */
const LUMA_RANGE = 219;
/** A change of luma between neighbouring cells up to this is texture and costs nothing: only what exceeds it is an edge. */
const TEXTURE = 0.02;
/** A path that gets shorter by less is short enough. */
const TOLERANCE = 0.01;
/** Length of a path along constant luma, in changes from black to white per shorter side of the picture. */
const STRAIGHT = 0.1;

/** A picture's luma 0..1 on the coarse grid of `pathLengths`. */
export interface PathGrid extends Plane<Float32Array> {
  /** Length of a horizontal or vertical step along constant luma. */
  readonly step: number;
}

/** The grid for a picture of 8-bit luma. */
export function pathGrid(gray: Plane<Uint8Array>): PathGrid {
  const shrink = Math.max(1, Math.min(gray.width, gray.height) / SIDE);
  const small = resizeArea(gray, Math.ceil(gray.width / shrink), Math.ceil(gray.height / shrink));
  return {
    ...small,
    data: small.data.map(code => code / LUMA_RANGE),
    step: STRAIGHT / Math.min(small.width, small.height),
  };
}

/**
 * Geodesic distance of each cell of a field from some of its cells (as in Criminisi, Sharp and Blake 2008): the edges of luma
 * (black to white: 1) along the shortest path, so that what an edge encloses is far from what lies outside, plus a little for the
 * way itself. `size`: of the field that `cells` are indices of, and of the result.
 */
export function pathLengths(grid: PathGrid, cells: readonly number[], size: { width: number; height: number }): Float32Array {
  const lengths = new Float32Array(grid.width * grid.height).fill(Number.POSITIVE_INFINITY);
  for (const cell of cells) {
    const x = Math.floor((((cell % size.width) + 0.5) * grid.width) / size.width);
    const y = Math.floor(((Math.floor(cell / size.width) + 0.5) * grid.height) / size.height);
    lengths[y * grid.width + x] = 0;
  }
  // Down and up in turn, until no path gets shorter by much.
  for (let way: 1 | -1 = 1, still = 0; still < 2; way = way === 1 ? -1 : 1) still = sweep(grid, lengths, way) ? 0 : still + 1;
  return resizeArea({ ...grid, data: lengths }, size.width, size.height).data;
}

/** What a difference of luma adds to a path. */
const edge = (difference: number) => Math.max(0, Math.abs(difference) - TEXTURE);

/**
 * Shortens paths row by row: through the row before, and along the row both ways. True if any changed by more than `TOLERANCE`.
 */
function sweep({ width, height, data, step }: PathGrid, lengths: Float32Array, way: 1 | -1): boolean {
  const diagonal = Math.SQRT2 * step;
  let changed = false;
  for (let row = 0; row < height; row++) {
    const first = (way === 1 ? row : height - 1 - row) * width;
    const before = row === 0 ? first : first - way * width;
    for (let x = 0; x < width; x++) {
      const cell = first + x;
      const luma = data[cell]!;
      const above = before + x;
      let best = lengths[cell]!;
      best = Math.min(best, lengths[above]! + edge(luma - data[above]!) + step);
      if (x > 0) {
        best = Math.min(best, lengths[above - 1]! + edge(luma - data[above - 1]!) + diagonal);
        best = Math.min(best, lengths[cell - 1]! + edge(luma - data[cell - 1]!) + step);
      }
      if (x < width - 1) best = Math.min(best, lengths[above + 1]! + edge(luma - data[above + 1]!) + diagonal);
      if (best < lengths[cell]! - TOLERANCE) changed = true;
      lengths[cell] = best;
    }
    for (let cell = first + width - 2; cell >= first; cell--) {
      const length = lengths[cell + 1]! + edge(data[cell]! - data[cell + 1]!) + step;
      if (length < lengths[cell]! - TOLERANCE) changed = true;
      lengths[cell] = Math.min(lengths[cell]!, length);
    }
  }
  return changed;
}
