import { BLOCK, type FrameSketch, NOISE_VARIANCE } from './frame-sketch.ts';

/** How far a block is searched for, in fine samples: a twelfth of the picture's width from frame to frame, a fast pan. */
const REACH = 4;
/** Displacements are tried in these steps first, and one by one around the best: pictures this small are smooth. */
const STRIDE = 2;
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
      const at = y * width + x;
      const scale = Math.min(of.scales[at]!, within.scales[at]!);
      const weight = Math.min(CONTRAST_CAP, Math.sqrt(Math.max(0, 1 / (scale * scale) - NOISE_VARIANCE)));
      found.blocks++;
      found.weight += weight;
      found.matched += weight * bestMatch({ of, within, x, y, block });
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

/** The best correlation of a block within reach, 0 where there is none. */
function bestMatch(search: Search): number {
  const { within, x, y, block } = search;
  const right = within.width - block;
  const bottom = within.height - block;
  let best = correlation(search, x, y);
  if (best >= STILL) return best;
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
  let refined = Math.max(0, best);
  for (let ny = Math.max(0, row - 1); ny <= Math.min(bottom, row + 1); ny++) {
    for (let nx = Math.max(0, column - 1); nx <= Math.min(right, column + 1); nx++) {
      if (nx !== column || ny !== row) refined = Math.max(refined, correlation(search, nx, ny));
    }
  }
  return refined;
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
