import { matchBlocks, type Shift } from './frame-similarity.ts';
import type { FrameSketch } from './frame-sketch.ts';

/** Frames between measurements: few enough for fast pans, more than one so that slow pans are measurable. */
const INTERVAL = 2;
/** Blocks whose displacements differ by at most this, in fine samples, moved together. */
const MAX_SPREAD = 1;

/**
 * Camera path: position of the whole picture at each frame, in fine samples from the film's start, as the sum of its dominant
 * motion. Arbitrary across cuts; across a dissolve it follows the side that dominates.
 */
export class CameraPath {
  readonly #size: number;
  #places: Shift[] = [];
  /** Index of the first interval in memory, and number of frames added so far. */
  #first = 0;
  #frames = 0;
  #last: FrameSketch | undefined;

  /** `size`: number of recent frames for which positions are kept. */
  constructor(size: number) {
    this.#size = size;
  }

  push(sketch: FrameSketch): void {
    if (this.#frames++ % INTERVAL !== 0) return;
    const from = this.#places[this.#places.length - 1] ?? { x: 0, y: 0 };
    const step = this.#last ? dominantShift(this.#last, sketch) : { x: 0, y: 0 };
    this.#last = sketch;
    this.#places.push({ x: from.x + step.x, y: from.y + step.y });
    const unneeded = this.#places.length - Math.ceil(this.#size / INTERVAL) - 2;
    if (unneeded <= 0) return;
    this.#places.splice(0, unneeded);
    this.#first += unneeded;
  }

  /** Camera motion between two recent frames, by index from the film's start, in integer fine samples. */
  between(from: number, to: number): Shift {
    const [a, b] = [this.#at(from), this.#at(to)];
    return { x: Math.round(b.x - a.x), y: Math.round(b.y - a.y) };
  }

  /** Linear between measurements; constant after the last. */
  #at(frame: number): Shift {
    const interval = Math.floor(frame / INTERVAL) - this.#first;
    const share = (frame % INTERVAL) / INTERVAL;
    const before = this.#places[Math.min(interval, this.#places.length - 1)]!;
    const after = this.#places[Math.min(interval + 1, this.#places.length - 1)]!;
    return { x: before.x + (after.x - before.x) * share, y: before.y + (after.y - before.y) * share };
  }
}

/** The displacement supported by the most contrast, with subsample precision. */
function dominantShift(from: FrameSketch, to: FrameSketch): Shift {
  const votes: (Shift & { weight: number })[] = [];
  matchBlocks(from, to, { x: 0, y: 0 }, ({ x, y, rho }, weight) => votes.push({ x, y, weight: weight * rho * rho }));
  let best = { x: 0, y: 0, weight: 0 };
  for (const { x, y } of votes) {
    const together = { x: 0, y: 0, weight: 0 };
    for (const vote of votes) {
      if (Math.abs(vote.x - x) > MAX_SPREAD || Math.abs(vote.y - y) > MAX_SPREAD) continue;
      together.weight += vote.weight;
      together.x += vote.weight * vote.x;
      together.y += vote.weight * vote.y;
    }
    if (together.weight > best.weight) best = together;
  }
  return best.weight === 0 ? best : { x: best.x / best.weight, y: best.y / best.weight };
}
