import type { Plane } from '../../media/fields/plane.ts';

/**
 * Tolerance of the region in 8-bit levels, relative to the gray under the seeds and between adjacent cells: at reach 0 and at
 * reach 1. It grows with the square of the reach, for fine control where most objects end.
 */
const LEVELS = { min: 5, max: 140 } as const;
const STEPS = { min: 2.5, max: 40 } as const;
/** A cell outside with at least this many neighbours inside is grain, not an edge. */
const HOLE = 6;

/**
 * Region growing: cells connected to the seeds, of similar gray, up to the edges. The seeds are part of it. `reach`: 0 (almost
 * nothing) .. 1 (everything). Returns cell indices in ascending order.
 */
export function growRegion(gray: Plane<Uint8Array>, seeds: readonly number[], reach: number): number[] {
  const { width, height } = gray;
  const smooth = smoothed(gray);
  const within = (min: number, max: number) => min + (max - min) * reach * reach;
  const [off, step] = [within(LEVELS.min, LEVELS.max), within(STEPS.min, STEPS.max)];
  const level = seeds.reduce((sum, cell) => sum + smooth[cell]!, 0) / seeds.length;
  const inside = new Uint8Array(width * height);
  for (const cell of seeds) inside[cell] = 1;
  const neighbours = (cell: number) => {
    const x = cell % width;
    const all = [x > 0 ? cell - 1 : -1, x < width - 1 ? cell + 1 : -1, cell - width, cell + width];
    return all.filter(next => next >= 0 && next < inside.length && inside[next] === 0);
  };
  const edge = [...seeds];
  for (let cell = edge.pop(); cell !== undefined; cell = edge.pop())
    for (const next of neighbours(cell)) {
      if (Math.abs(smooth[next]! - level) > off || Math.abs(smooth[next]! - smooth[cell]!) > step) continue;
      inside[next] = 1;
      edge.push(next);
    }
  // The mean of a cell beside an edge is of both sides: by its own gray it belongs to one.
  const beside = [...inside.keys()].filter(cell => inside[cell] === 1).flatMap(neighbours);
  for (const cell of beside) if (Math.abs(gray.data[cell]! - level) <= off) inside[cell] = 1;
  fillHoles(inside, width, height);
  const cells: number[] = [];
  for (let cell = 0; cell < inside.length; cell++) if (inside[cell] === 1) cells.push(cell);
  return cells;
}

/** Fills single-cell holes, in place. */
function fillHoles(inside: Uint8Array, width: number, height: number): void {
  const before = inside.slice();
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const cell = y * width + x;
      if (before[cell] === 1) continue;
      let around = 0;
      for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) around += before[cell + dy * width + dx]!;
      if (around >= HOLE) inside[cell] = 1;
    }
}

/** 3x3 mean, over fewer cells at the borders. Suppresses grain. */
function smoothed({ width, height, data }: Plane<Uint8Array>): Float32Array {
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let [sum, count] = [0, 0];
      for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++)
        for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) {
          sum += data[j * width + i]!;
          count++;
        }
      out[y * width + x] = sum / count;
    }
  return out;
}
