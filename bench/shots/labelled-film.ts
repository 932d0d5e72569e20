import type { Plane } from '../../src/media/fields/plane.ts';

/** A film of known transitions, as the survey would see it. Frames count from 0; every stretch is half-open. */
export interface LabelledFilm extends Labels {
  /** Half, number and wear in one word. */
  readonly name: string;
  readonly half: Half;
  readonly wear: Wear;
  readonly frames: readonly Plane<Uint8Array>[];
}

export interface Labels {
  /** First frames of the new take. */
  readonly cuts: readonly number[];
  /** From the last pure frame of one take to the first pure frame of the next, both inside. */
  readonly dissolves: readonly Stretch[];
  readonly fades: readonly Stretch[];
  /** Washed-out or dark frames inside one take: nothing must be found there. */
  readonly flashes: readonly Stretch[];
}

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** `tune`: made of the clips that thresholds were looked at on. `held-out`: of the others. */
export type Half = 'tune' | 'held-out';

/** `clean`: as shot. `flicker`: brightness of each frame off by up to 20 %. `worn`: that, and weave, grain, dust and scratches. */
export type Wear = 'clean' | 'flicker' | 'worn';

/** A generator of numbers in 0..1 that only depends on its seed (mulberry32, Tommy Ettinger, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
