import { matchBlocks, type Shift } from './frame-likeness.ts';
import type { FrameSketch } from './frame-sketch.ts';

/** Frames from one measured place to the next: few, so that a fast pan stays within reach; more than one, so that a slow one shows. */
const HOP = 2;
/** Blocks whose displacements differ by no more than this, in fine samples, moved together. */
const TOGETHER = 1;

/**
 * Where the picture as a whole stands, frame by frame, in fine samples from where it stood at the start: the sum of the movements that
 * most of the picture makes. Across a cut the path goes on anywhere; across a dissolve it follows whichever side shows more.
 */
export class CameraPath {
  readonly #size: number;
  #places: Shift[] = [];
  /** Number of the first hop that is still held, and frames taken so far. */
  #first = 0;
  #frames = 0;
  #last: FrameSketch | undefined;

  /** `size`: of how many of the last frames the place can be asked. */
  constructor(size: number) {
    this.#size = size;
  }

  push(sketch: FrameSketch): void {
    if (this.#frames++ % HOP !== 0) return;
    const from = this.#places[this.#places.length - 1] ?? { x: 0, y: 0 };
    const step = this.#last ? movement(this.#last, sketch) : { x: 0, y: 0 };
    this.#last = sketch;
    this.#places.push({ x: from.x + step.x, y: from.y + step.y });
    const unneeded = this.#places.length - Math.ceil(this.#size / HOP) - 2;
    if (unneeded <= 0) return;
    this.#places.splice(0, unneeded);
    this.#first += unneeded;
  }

  /** The movement between two of the last frames, by their index from the start of the film, in whole fine samples. */
  between(from: number, to: number): Shift {
    const [a, b] = [this.#at(from), this.#at(to)];
    return { x: Math.round(b.x - a.x), y: Math.round(b.y - a.y) };
  }

  /** Between two measured places the path is straight; behind the last one it stands still. */
  #at(frame: number): Shift {
    const hop = Math.floor(frame / HOP) - this.#first;
    const share = (frame % HOP) / HOP;
    const before = this.#places[Math.min(hop, this.#places.length - 1)]!;
    const after = this.#places[Math.min(hop + 1, this.#places.length - 1)]!;
    return { x: before.x + (after.x - before.x) * share, y: before.y + (after.y - before.y) * share };
  }
}

/** The movement that the most contrast agrees on, to parts of a sample. */
function movement(from: FrameSketch, to: FrameSketch): Shift {
  const votes: (Shift & { weight: number })[] = [];
  matchBlocks(from, to, { x: 0, y: 0 }, ({ x, y, rho }, weight) => votes.push({ x, y, weight: weight * rho * rho }));
  let best = { x: 0, y: 0, weight: 0 };
  for (const { x, y } of votes) {
    const together = { x: 0, y: 0, weight: 0 };
    for (const vote of votes) {
      if (Math.abs(vote.x - x) > TOGETHER || Math.abs(vote.y - y) > TOGETHER) continue;
      together.weight += vote.weight;
      together.x += vote.weight * vote.x;
      together.y += vote.weight * vote.y;
    }
    if (together.weight > best.weight) best = together;
  }
  return best.weight === 0 ? best : { x: best.x / best.weight, y: best.y / best.weight };
}
