import { BLOCK, type FrameSketch, NOISE_VARIANCE } from './frame-sketch.ts';

/** How far a block is searched for, in fine samples: a twelfth of the picture's width from frame to frame, a fast pan. */
const REACH = 4;
/** Displacements are tried in these steps first, and one by one around the best: pictures this small are smooth. */
const STRIDE = 2;
/** A block's say grows with its contrast up to this many code values, so that one hard edge does not outvote the picture. */
const CONTRAST_CAP = 16;
/** A block that matches this well where it stands need not be searched for. */
const STILL = 0.97;
/** A block that correlates with another this well shows the same: chance rarely does as well, half a mix never. */
const SAME_BLOCK = 0.85;

export interface Likeness {
  /** 0 (nothing in common) .. 1 (the same but for motion and light). */
  readonly alike: number;
  /** Share of the picture that is found again all but unchanged, 0..1: high where things moved, however large, and next to nothing across a cut. */
  readonly again: number;
  /** Contrast in code values that both frames have in common: what there is of a picture beside grain. */
  readonly picture: number;
}

/** Where a block of one frame is found in another, and how well: its displacement in fine samples, its correlation 0..1. */
export interface Match {
  readonly x: number;
  readonly y: number;
  readonly rho: number;
}

/** By how much a picture moved, in fine samples: x to the right, y downward. */
export interface Shift {
  readonly x: number;
  readonly y: number;
}

/**
 * How much two frames look like the same scene, when the picture as a whole moved by `shift` from the first to the second.
 * Every block of one frame is searched for in the other by zero-mean normalised cross-correlation, which any gain and offset of a
 * block's light leaves alone; the best correlations are averaged, weighted by contrast. Both ways, so that time's direction is alike.
 * Blocks that the shift leads out of the picture have no say.
 */
export function likeness(a: FrameSketch, b: FrameSketch, shift: Shift = { x: 0, y: 0 }): Likeness {
  const found = { matched: 0, again: 0, weight: 0, blocks: 0 };
  const add = ({ rho }: Match, weight: number) => {
    found.blocks++;
    found.weight += weight;
    found.matched += weight * rho;
    if (rho > SAME_BLOCK) found.again += weight;
  };
  matchBlocks(a, b, shift, add);
  matchBlocks(b, a, { x: -shift.x, y: -shift.y }, add);
  return {
    alike: (found.matched + 1) / (found.weight + 1),
    again: (found.again + 1) / (found.weight + 1),
    picture: found.matched / Math.max(1, found.blocks),
  };
}

/** Seek every block of a frame around its shifted place in another; a block's weight is the contrast that both have there. */
export function matchBlocks(
  of: FrameSketch,
  within: FrameSketch,
  shift: Shift,
  take: (match: Match, weight: number) => void,
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
      take(bestMatch({ of, within, x, y, block }, column, row), weight);
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

/** The best correlation of a block within reach of a place, 0 where there is none. */
function bestMatch(search: Search, x: number, y: number): Match {
  const { within, block } = search;
  const right = within.width - block;
  const bottom = within.height - block;
  let best = correlation(search, x, y);
  if (best >= STILL) return { x: x - search.x, y: y - search.y, rho: best };
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
