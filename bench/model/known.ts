import type { Still } from './stills.ts';

/** What the model is told of a picture's colour, in the form of ColorizerInput: chroma is 0 where the mask is. */
export interface Known {
  readonly chroma: Float32Array;
  readonly mask: Float32Array;
}

/** A whole number of `least` .. `below` - 1. */
export function drawInteger(random: () => number, least: number, below: number): number {
  return least + Math.floor(random() * (below - least));
}

/** Of mean 0 and deviation 1 (Box and Muller 1958). */
export function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The truth in `count` square spots of `side` pixels at random places, which may overlap. */
export function trueSpots(still: Still, random: () => number, { count, side }: { count: number; side: number }): Known {
  const mask = new Float32Array(still.luma.length);
  for (let n = 0; n < count; n++) {
    const top = drawInteger(random, 0, still.size - side + 1);
    const left = drawInteger(random, 0, still.size - side + 1);
    fill(mask, still.size, { top, left, height: side, width: side, value: 1 });
  }
  return knownWhere(still.chroma, mask);
}

/** Sides of a missing block, as parts of the picture's. */
const BLOCK = { least: 0.1, most: 0.33 };

/** The truth but for blocks, taken out one after the other until `share` of the area is gone. */
export function missingBlocks(still: Still, random: () => number, share: number): Known {
  const { size } = still;
  const mask = new Float32Array(size * size).fill(1);
  const side = () => Math.max(2, Math.floor(size * (BLOCK.least + (BLOCK.most - BLOCK.least) * random())));
  const corner = (length: number) => drawInteger(random, Math.floor(-length / 2), size - Math.floor(length / 2));
  while (mask.reduce((sum, value) => sum + value, 0) > (1 - share) * mask.length) {
    const [height, width] = [side(), side()];
    fill(mask, size, { top: corner(height), left: corner(width), height, width, value: 0 });
  }
  return knownWhere(still.chroma, mask);
}

interface Block {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly value: number;
}

/** A block may reach over the edges. */
function fill(mask: Float32Array, size: number, { top, left, height, width, value }: Block): void {
  for (let y = Math.max(0, top); y < Math.min(size, top + height); y++) {
    mask.fill(value, y * size + Math.max(0, left), y * size + Math.min(size, left + width));
  }
}

function knownWhere(chroma: Float32Array, mask: Float32Array): Known {
  return { chroma: chroma.map((value, i) => value * mask[i % mask.length]!), mask };
}

/** The largest distance of an answer from what was told, there. */
export function offAtKnown(answer: Float32Array, { chroma, mask }: Known): number {
  return answer.reduce((most, value, i) => Math.max(most, Math.abs(value - chroma[i]!) * mask[i % mask.length]!), 0);
}
