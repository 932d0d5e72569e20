import type { Spot } from '../../kernels/hints/patch.ts';
import type { Plane } from '../../media/fields/plane.ts';

/**
 * `count` places among cells (shares of the picture), far from each other and from the cells' edge; fewer if there are fewer
 * cells.
 */
export function spreadPlaces(cells: readonly number[], { width, height }: Plane<Uint8Array>, count: number): Spot[] {
  const all = new Set(cells);
  const inner = cells.filter(cell => [-2, 2, -2 * width, 2 * width].every(step => all.has(cell + step)));
  const pool = inner.length >= count ? inner : cells;
  const chosen: number[] = [];
  const distances = new Float32Array(pool.length).fill(Number.POSITIVE_INFINITY);
  for (let next = 0; chosen.length < Math.min(count, pool.length); ) {
    const from = pool[next]!;
    chosen.push(from);
    let farthest = 0;
    for (let i = 0; i < pool.length; i++) {
      const [dx, dy] = [(pool[i]! % width) - (from % width), Math.floor(pool[i]! / width) - Math.floor(from / width)];
      distances[i] = Math.min(distances[i]!, Math.hypot(dx, dy));
      if (distances[i]! > distances[farthest]!) farthest = i;
    }
    next = farthest;
  }
  return chosen.map(cell => ({ x: ((cell % width) + 0.5) / width, y: (Math.floor(cell / width) + 0.5) / height }));
}
