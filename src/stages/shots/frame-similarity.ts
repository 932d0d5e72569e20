import { BLOCK, type FrameSketch, NOISE_VARIANCE } from './frame-sketch.ts';

/** Search range of a block in fine samples: a twelfth of the picture's width per frame, a fast pan. */
const REACH = 4;
/**
 * Step of the coarse search. Single displacements are tried around its best match only, since these small pictures are smooth.
 */
const STRIDE = 2;
/** The weight of a block grows with its contrast up to this many code values, so that one hard edge does not dominate. */
const CONTRAST_CAP = 16;
/** A block that correlates this well in place is not searched. */
const STATIC_CORRELATION = 0.97;
/** Correlation above which two blocks count as the same content. Rare by chance, and impossible for a half mix. */
const SAME_BLOCK = 0.85;

export interface FrameSimilarity {
  /** 0 (unrelated) .. 1 (equal except for motion and light). */
  readonly similarity: number;
  /** Share of the picture found nearly unchanged, 0..1: high if objects moved, however large; near 0 across a cut. */
  readonly unchanged: number;
  /** Contrast in code values common to both frames: content beyond grain. */
  readonly picture: number;
}

/** Match of a block in another frame: displacement in fine samples, correlation 0..1. */
export interface Match {
  readonly x: number;
  readonly y: number;
  readonly rho: number;
}

/** Displacement of a picture in fine samples: x to the right, y down. */
export interface Shift {
  readonly x: number;
  readonly y: number;
}

/**
 * Similarity of two frames, given that the whole picture moved by `shift` from the first to the second.
 * Every block is searched in the other frame by zero-mean normalised cross-correlation, which is invariant to gain and offset of
 * its brightness. The best correlations are averaged, weighted by contrast, in both directions, so that the result is symmetric
 * in time. Blocks shifted outside the picture are ignored.
 */
export function frameSimilarity(a: FrameSketch, b: FrameSketch, shift: Shift = { x: 0, y: 0 }): FrameSimilarity {
  const sums = { matched: 0, unchanged: 0, weight: 0, blocks: 0 };
  const add = ({ rho }: Match, weight: number) => {
    sums.blocks++;
    sums.weight += weight;
    sums.matched += weight * rho;
    if (rho > SAME_BLOCK) sums.unchanged += weight;
  };
  matchBlocks(a, b, shift, add);
  matchBlocks(b, a, { x: -shift.x, y: -shift.y }, add);
  return {
    similarity: (sums.matched + 1) / (sums.weight + 1),
    unchanged: (sums.unchanged + 1) / (sums.weight + 1),
    picture: sums.matched / Math.max(1, sums.blocks),
  };
}

/** Searches every block around its shifted position in another frame. Weight: the contrast common to both there. */
export function matchBlocks(
  of: FrameSketch,
  within: FrameSketch,
  shift: Shift,
  visit: (match: Match, weight: number) => void,
): void {
  const { width, height } = of;
  const block = Math.min(BLOCK, width, height);
  for (let y = 0; y + block <= height; y += block) {
    for (let x = 0; x + block <= width; x += block) {
      const column = x + shift.x;
      const row = y + shift.y;
      if (column < 0 || column + block > width || row < 0 || row + block > height) continue;
      const scale = Math.min(of.scales[y * width + x]!, within.scales[row * width + column]!);
      const weight = Math.min(CONTRAST_CAP, Math.sqrt(Math.max(0, 1 / (scale * scale) - NOISE_VARIANCE)));
      visit(bestMatch({ of, within, x, y, block }, column, row), weight);
    }
  }
}

interface Search {
  readonly of: FrameSketch;
  readonly within: FrameSketch;
  readonly x: number;
  readonly y: number;
  readonly block: number;
}

/** Best correlation of a block within range of a position; 0 if there is none. */
function bestMatch(search: Search, x: number, y: number): Match {
  const { within, block } = search;
  const right = within.width - block;
  const bottom = within.height - block;
  let best = correlation(search, x, y);
  if (best >= STATIC_CORRELATION) return { x: x - search.x, y: y - search.y, rho: best };
  let column = x;
  let row = y;
  for (let dy = -REACH; dy <= REACH; dy += STRIDE) {
    for (let dx = -REACH; dx <= REACH; dx += STRIDE) {
      if (x + dx < 0 || x + dx > right || y + dy < 0 || y + dy > bottom || (dx === 0 && dy === 0)) continue;
      const rho = correlation(search, x + dx, y + dy);
      if (rho <= best) continue;
      best = rho;
      column = x + dx;
      row = y + dy;
    }
  }
  const [left, top] = [column, row];
  best = Math.max(0, best);
  for (let ny = Math.max(0, top - 1); ny <= Math.min(bottom, top + 1); ny++) {
    for (let nx = Math.max(0, left - 1); nx <= Math.min(right, left + 1); nx++) {
      const rho = nx === left && ny === top ? 0 : correlation(search, nx, ny);
      if (rho <= best) continue;
      best = rho;
      column = nx;
      row = ny;
    }
  }
  return { x: column - search.x, y: row - search.y, rho: best };
}

function correlation({ of, within, x, y, block }: Search, column: number, row: number): number {
  const width = of.width;
  const a = of.fine;
  const b = within.fine;
  let product = 0;
  for (let line = 0; line < block; line++) {
    let at = (y + line) * width + x;
    let there = (row + line) * width + column;
    for (const end = at + block; at < end; at++, there++) product += a[at]! * b[there]!;
  }
  const one = y * width + x;
  const other = row * width + column;
  return (product / (block * block) - of.means[one]! * within.means[other]!) * of.scales[one]! * within.scales[other]!;
}
