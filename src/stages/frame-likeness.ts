import type { FrameSketch } from './frame-sketch.ts';

/** Side of a block in fine samples: large enough that foreign blocks rarely match by chance, small enough to follow single objects. */
const BLOCK = 8;
/** How far a block is searched for, in fine samples: a twelfth of the picture's width from frame to frame, a fast pan. */
const REACH = 4;
/** Variance in squared code values below which structure cannot be told from grain and rounding. */
const NOISE_VARIANCE = 1;
/** A block's say grows with its contrast up to this many code values, so that one hard edge does not outvote the picture. */
const CONTRAST_CAP = 16;
/** A block that matches this well where it stands need not be searched for. */
const STILL = 0.97;

export interface Likeness {
  /** 0 (nothing in common) .. 1 (the same but for motion and light). */
  readonly alike: number;
  /** Contrast in code values that both frames have in common: what there is of a picture beside grain. */
  readonly picture: number;
}

/**
 * How much two frames look like the same scene.
 * Every block of one frame is searched for in the other by zero-mean normalised cross-correlation, which any gain and offset of a
 * block's light leaves alone; the best correlations are averaged, weighted by contrast. Both ways, so that time's direction is alike.
 */
export function likeness(a: FrameSketch, b: FrameSketch): Likeness {
  const found = { matched: 0, weight: 0, blocks: 0 };
  matchBlocks(a, b, found);
  matchBlocks(b, a, found);
  return { alike: (found.matched + 1) / (found.weight + 1), picture: found.matched / found.blocks };
}

function matchBlocks(of: FrameSketch, within: FrameSketch, found: { matched: number; weight: number; blocks: number }): void {
  const { width, height } = of;
  const block = Math.min(BLOCK, width, height);
  for (let y = 0; y + block <= height; y += block) {
    for (let x = 0; x + block <= width; x += block) {
      const own = blockMoments(of, x, y, block);
      const there = blockMoments(within, x, y, block);
      const contrast = Math.sqrt(Math.max(own.variance, there.variance));
      const weight = Math.min(CONTRAST_CAP, contrast);
      found.blocks++;
      found.weight += weight;
      found.matched += weight * bestMatch({ of, within, x, y, block }, own);
    }
  }
}

interface Moments {
  readonly mean: number;
  readonly variance: number;
}

function blockMoments({ width, sums, squares }: FrameSketch, x: number, y: number, block: number): Moments {
  const stride = width + 1;
  const top = y * stride + x;
  const bottom = top + block * stride;
  const samples = block * block;
  const mean = (sums[bottom + block]! - sums[bottom]! - sums[top + block]! + sums[top]!) / samples;
  const square = (squares[bottom + block]! - squares[bottom]! - squares[top + block]! + squares[top]!) / samples;
  return { mean, variance: Math.max(0, square - mean * mean) };
}

interface Search {
  readonly of: FrameSketch;
  readonly within: FrameSketch;
  readonly x: number;
  readonly y: number;
  readonly block: number;
}

function bestMatch(search: Search, own: Moments): number {
  const { within, x, y, block } = search;
  let best = Math.max(0, correlation(search, own, x, y));
  if (best >= STILL) return best;
  const right = Math.min(within.width - block, x + REACH);
  const bottom = Math.min(within.height - block, y + REACH);
  for (let row = Math.max(0, y - REACH); row <= bottom; row++) {
    for (let column = Math.max(0, x - REACH); column <= right; column++) {
      const rho = correlation(search, own, column, row);
      if (rho > best) best = rho;
    }
  }
  return best;
}

function correlation({ of, within, x, y, block }: Search, own: Moments, column: number, row: number): number {
  const other = blockMoments(within, column, row, block);
  let product = 0;
  for (let line = 0; line < block; line++) {
    let at = (y + line) * of.width + x;
    let there = (row + line) * within.width + column;
    for (let end = at + block; at < end; at++, there++) product += of.fine[at]! * within.fine[there]!;
  }
  const covariance = product / (block * block) - own.mean * other.mean;
  return covariance / Math.sqrt((own.variance + NOISE_VARIANCE) * (other.variance + NOISE_VARIANCE));
}
