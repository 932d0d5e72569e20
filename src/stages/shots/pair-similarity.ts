import { frameSimilarity } from './frame-similarity.ts';
import type { FrameSketch } from './frame-sketch.ts';

/** Frames between the two of a pair, and between the starts of pairs. */
const DISTANCE = 24;
const STEP = 12;

/** How similar frames a second apart are, all through a film: whether colour can be carried far. */
export class PairSimilarity {
  readonly #similarities: number[] = [];
  #recent: FrameSketch[] = [];

  /** Takes every frame of the film, in order. */
  push(sketch: FrameSketch): void {
    if (sketch.index % STEP !== 0) return;
    this.#recent.push(sketch);
    if (this.#recent.length <= DISTANCE / STEP) return;
    this.#similarities.push(frameSimilarity(this.#recent.shift()!, sketch).similarity);
  }

  /** The lowest similarity, 0..1, among the pairs from frame `from` to frame `to`; 0 if there is none. */
  lowest(from: number, to: number): number {
    const pairs = this.#similarities.slice(Math.ceil(from / STEP), Math.floor((to - DISTANCE) / STEP) + 1);
    return pairs.length === 0 ? 0 : Math.min(...pairs);
  }
}
