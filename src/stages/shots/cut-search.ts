import { frameSimilarity } from './frame-similarity.ts';
import type { FrameSketch } from './frame-sketch.ts';

/** Neighbouring frame pairs on each side that define the usual similarity. */
const NEIGHBOURS = 5;
/** Maximum duration of a flash, splice junk or blotch, in frames. */
const MAX_BURST = 6;
/** Frames after a cut that are needed to confirm it. */
export const CUTS_BEHIND = Math.max(NEIGHBOURS, MAX_BURST);
/** Foreign frames between two parts of one take, from this many on, are a shot of their own rather than damage. */
const MIN_INSERT = 3;
/** Matched contrast in code values below which a frame has no content, only grain on a flat ground. */
const MIN_CONTENT = 0.8;
/** Similarity assumed for consecutive frames of a take without neighbours. */
const USUAL_SIMILARITY = 0.9;

interface Pair {
  /** Similarity of frames index - 1 and index. */
  readonly similarity: number;
  /** Their matched contrast. */
  readonly picture: number;
}

/**
 * Finds hard cuts. Frame c starts a new take if its similarity to frame c - 1 is far below the usual one nearby, at least one
 * side has content, and no frame shortly before resembles one shortly after (otherwise it is a flash).
 */
export class CutSearch {
  readonly #ratio: number;
  readonly #sketches: FrameSketch[] = [];
  readonly #pairs: Pair[] = [];
  /** Film index of the first entry of both lists; the next boundary to decide. */
  #base = 0;
  #next = 1;

  /** `ratio`: share of the usual similarity below which there is a cut, 0..1. */
  constructor(ratio: number) {
    this.#ratio = ratio;
  }

  /** Every boundary before this frame is decided. */
  get decided(): number {
    return this.#next;
  }

  /** Adds the next frame. Returns the cuts confirmed by it. */
  push(sketch: FrameSketch): number[] {
    const last = this.#sketches[this.#sketches.length - 1];
    this.#pairs.push(last ? frameSimilarity(last, sketch) : { similarity: 1, unchanged: 1, picture: 0 });
    this.#sketches.push(sketch);
    return this.#decideUpTo(this.#base + this.#sketches.length - 1 - CUTS_BEHIND);
  }

  /** Call at the film's end. Returns the remaining cuts. */
  flush(): number[] {
    return this.#decideUpTo(this.#base + this.#sketches.length - 1);
  }

  #decideUpTo(last: number): number[] {
    const cuts: number[] = [];
    for (; this.#next <= last; this.#next++) if (this.#isCut(this.#next)) cuts.push(this.#next);
    const unneeded = this.#next - this.#base - CUTS_BEHIND - 2;
    if (unneeded > 0) {
      this.#sketches.splice(0, unneeded);
      this.#pairs.splice(0, unneeded);
      this.#base += unneeded;
    }
    return cuts;
  }

  #isCut(frame: number): boolean {
    const at = frame - this.#base;
    const before = this.#pairs.slice(Math.max(1, at - NEIGHBOURS), at);
    const after = this.#pairs.slice(at + 1, at + 1 + NEIGHBOURS);
    const sides = [before, after].filter(({ length }) => length > 0);
    const usual =
      sides.length === 0 ? USUAL_SIMILARITY : mean(sides.map(side => median(side.map(({ similarity }) => similarity))));
    const limit = this.#ratio * usual;
    if (this.#pairs[at]!.similarity >= limit) return false;
    const picture = Math.max(0, ...sides.map(side => median(side.map(({ picture }) => picture))));
    if (picture < MIN_CONTENT) return false;
    return !this.#isBridged(at, limit);
  }

  /** Whether the film continues unchanged after a burst of foreign frames. */
  #isBridged(at: number, limit: number): boolean {
    for (let length = 1; length <= MAX_BURST; length++) {
      for (let before = at - 1 - length; before < at; before++) {
        const after = before + length + 1;
        if (before < 0 || after < at || after >= this.#sketches.length) continue;
        if (frameSimilarity(this.#sketches[before]!, this.#sketches[after]!).similarity < limit) continue;
        return !(length >= MIN_INSERT && this.#isInsert(before, after, limit));
      }
    }
    return false;
  }

  /** Whether the frames strictly between two similar ones are a shot of their own: similar to each other, dissimilar to both. */
  #isInsert(before: number, after: number, limit: number): boolean {
    for (let i = before + 1; i < after; i++) {
      if (i > before + 1 && (this.#pairs[i]!.similarity < limit || this.#pairs[i]!.picture < MIN_CONTENT)) return false;
      if (frameSimilarity(this.#sketches[before]!, this.#sketches[i]!).similarity >= limit) return false;
    }
    return true;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
