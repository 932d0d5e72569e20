import type { Plane } from '../../media/fields/plane.ts';

/**
 * How far gray may lie from that under the seed, and from one cell to the next, in 8-bit levels: at no reach and at the most. Between them it grows with
 * the square of the reach, so that small steps are small where most things end.
 */
const LEVELS = { least: 5, most: 140 } as const;
const STEPS = { least: 2.5, most: 40 } as const;
/** Of the eight cells around a hole so many are the region's: grain, no edge. */
const HOLE = 6;

/**
 * The cells of the thing under some cells, which are among them: connected, of like gray, up to its edges. `reach`: 0 (nearly nothing) .. 1 (all). In
 * rising order.
 */
export function growRegion(gray: Plane<Uint8Array>, seeds: readonly number[], reach: number): number[] {
  const { width, height } = gray;
  const smooth = smoothed(gray);
  const within = (least: number, most: number) => least + (most - least) * reach * reach;
  const [off, step] = [within(LEVELS.least, LEVELS.most), within(STEPS.least, STEPS.most)];
  const level = seeds.reduce((sum, cell) => sum + smooth[cell]!, 0) / seeds.length;
  const inside = new Uint8Array(width * height);
  for (const cell of seeds) inside[cell] = 1;
  const edge = [...seeds];
  for (let cell = edge.pop(); cell !== undefined; cell = edge.pop()) {
    const x = cell % width;
    for (const next of [x > 0 ? cell - 1 : -1, x < width - 1 ? cell + 1 : -1, cell - width, cell + width]) {
      if (next < 0 || next >= inside.length || inside[next] === 1) continue;
      if (Math.abs(smooth[next]! - level) > off || Math.abs(smooth[next]! - smooth[cell]!) > step) continue;
      inside[next] = 1;
      edge.push(next);
    }
  }
  fillHoles(inside, width, height);
  const cells: number[] = [];
  for (let cell = 0; cell < inside.length; cell++) if (inside[cell] === 1) cells.push(cell);
  return cells;
}

/** Holes of single cells are filled, in place. */
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

/** The mean of each cell and its eight neighbours, fewer at the edge: grain is no edge. */
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
