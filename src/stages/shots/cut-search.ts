import { likeness } from './frame-likeness.ts';
import type { FrameSketch } from './frame-sketch.ts';

/** Neighbouring pairs on each side that say how alike frames are hereabouts. */
const NEIGHBOURS = 5;
/** Frames a flash, a splice's junk or a blotch may last at most. */
const BURST = 6;
/** A cut is certain when this many more frames have come. */
export const CUTS_BEHIND = Math.max(NEIGHBOURS, BURST);
/** Foreign frames between two stretches of one take that are a shot of their own rather than damage. */
const INSERT = 3;
/** Matched contrast in code values below which there is no picture to speak of, only grain on a flat ground. */
const MIN_PICTURE = 0.8;
/** How alike two neighbouring frames of a take are when there is no neighbourhood to ask. */
const USUAL_LIKENESS = 0.9;

interface Pair {
  /** Likeness of frames index - 1 and index. */
  readonly alike: number;
  /** Their matched contrast. */
  readonly picture: number;
}

/**
 * Finds hard cuts. Frame c is the first of a new take when it is far less like frame c - 1 than neighbours are hereabouts, when
 * there is a picture on one side at least, and when no frame shortly before looks like one shortly after (else: a flash).
 */
export class CutSearch {
  readonly #ratio: number;
  readonly #sketches: FrameSketch[] = [];
  readonly #pairs: Pair[] = [];
  /** Film index of the first entry of both lists; the boundary to be decided next. */
  #base = 0;
  #next = 1;

  /** `ratio`: the share of the usual likeness below which two frames are of two takes, 0..1. */
  constructor(ratio: number) {
    this.#ratio = ratio;
  }

  /** Every boundary before this frame is decided. */
  get decided(): number {
    return this.#next;
  }

  /** Take the next frame; gives the cuts that are certain now. */
  push(sketch: FrameSketch): number[] {
    const last = this.#sketches[this.#sketches.length - 1];
    this.#pairs.push(last ? likeness(last, sketch) : { alike: 1, again: 1, picture: 0 });
    this.#sketches.push(sketch);
    return this.#decideUpTo(this.#base + this.#sketches.length - 1 - CUTS_BEHIND);
  }

  /** The film is over; gives the remaining cuts. */
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
    const usual = sides.length === 0 ? USUAL_LIKENESS : mean(sides.map(side => median(side.map(({ alike }) => alike))));
    const limit = this.#ratio * usual;
    if (this.#pairs[at]!.alike >= limit) return false;
    const picture = Math.max(0, ...sides.map(side => median(side.map(({ picture }) => picture))));
    if (picture < MIN_PICTURE) return false;
    return !this.#isBridged(at, limit);
  }

  /** Does the film go on behind a burst of foreign frames as it was before? */
  #isBridged(at: number, limit: number): boolean {
    for (let length = 1; length <= BURST; length++) {
      for (let before = at - 1 - length; before < at; before++) {
        const after = before + length + 1;
        if (before < 0 || after < at || after >= this.#sketches.length) continue;
        if (likeness(this.#sketches[before]!, this.#sketches[after]!).alike < limit) continue;
        return !(length >= INSERT && this.#isInsert(before, after, limit));
      }
    }
    return false;
  }

  /** Are the frames strictly between two alike ones a picture of their own: like each other, unlike what surrounds them? */
  #isInsert(before: number, after: number, limit: number): boolean {
    for (let i = before + 1; i < after; i++) {
      if (i > before + 1 && (this.#pairs[i]!.alike < limit || this.#pairs[i]!.picture < MIN_PICTURE)) return false;
      if (likeness(this.#sketches[before]!, this.#sketches[i]!).alike >= limit) return false;
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
