import { likeness } from './frame-likeness.ts';
import type { FrameSketch } from './frame-sketch.ts';

/** A dissolve or fade over the frames start <= index < end; its first and last frame are pure pictures of each side. */
export interface Gradual {
  readonly kind: 'dissolve' | 'fade';
  readonly start: number;
  readonly end: number;
}

interface Candidate extends Gradual {
  readonly score: number;
}

/** Longest and shortest distance in frames from the last pure picture before to the first pure one behind. */
const LONGEST = 64;
const SHORTEST = 4;
/** Pure pictures on both sides of a dissolve are less alike than this, as across a cut. */
const APART = 0.65;
/** Energy of what the mix of both ends leaves unexplained, as a share of what a wipe between them would leave. */
const MOST_UNEXPLAINED = 0.35;
/** Root mean square distance of the mix from its straight line 0..1. */
const MOST_BENT = 0.1;
/** How strongly bends count against distance of the ends when overlapping windows compete. */
const BEND_PENALTY = 4;
/** Correlation of the coarse pictures at both ends above which there is no dissolve worth a look. */
const SAME = 0.7;
/** Contrast in code values of the coarse picture below which there is none. */
const LEAST_CONTRAST = 4;
/** Contrast of a fade's flat end as a share of its picture's. */
const FLAT = 0.1;
/** Energy that the fading picture leaves unexplained, as a share of its own. */
const MOST_FOREIGN = 0.12;

/**
 * Finds dissolves and fades in the inner products of the coarse pictures of the last frames: with those alone, every window's inner
 * frames are explained as a mix p * A + q * B of its two ends by least squares, at a dozen operations each. In a dissolve the mix
 * explains nearly all and q / (p + q) runs straight from 0 to 1; in motion, a wipe or a passing object it explains little.
 * A fade is the same with one flat end.
 */
export class GradualSearch {
  readonly #sketches: FrameSketch[] = [];
  /** rows[k][j]: inner product of frames base + k and base + k - j, per sample. */
  readonly #rows: Float64Array[] = [];
  #base = 0;
  #pending: Candidate[] = [];

  /** Every transition that starts before this frame is decided. */
  get decided(): number {
    const open = this.#base + this.#sketches.length - LONGEST;
    return Math.min(open, ...this.#pending.map(({ start }) => start));
  }

  push(sketch: FrameSketch): Gradual[] {
    this.#remember(sketch);
    this.#pending.push(...this.#windowsEndingNow());
    return this.#settle(sketch.index - LONGEST);
  }

  flush(): Gradual[] {
    return this.#settle(Number.POSITIVE_INFINITY);
  }

  #remember(sketch: FrameSketch): void {
    this.#sketches.push(sketch);
    if (this.#sketches.length > LONGEST + 1) {
      this.#sketches.shift();
      this.#rows.shift();
      this.#base++;
    }
    const newest = this.#sketches.length - 1;
    const row = new Float64Array(newest + 1);
    for (let back = 0; back <= newest; back++) row[back] = innerProduct(sketch.coarse, this.#sketches[newest - back]!.coarse);
    this.#rows.push(row);
  }

  /** Inner product of entries i and j of the window. */
  #inner(i: number, j: number): number {
    return i >= j ? this.#rows[i]![i - j]! : this.#rows[j]![j - i]!;
  }

  #windowsEndingNow(): Candidate[] {
    const end = this.#sketches.length - 1;
    const found: Candidate[] = [];
    for (let start = end - SHORTEST; start >= 0; start--) {
      const candidate = this.#dissolve(start, end) ?? this.#fade(start, end);
      if (candidate) found.push(candidate);
    }
    return found;
  }

  #dissolve(start: number, end: number): Candidate | undefined {
    const aa = this.#inner(start, start);
    const bb = this.#inner(end, end);
    const ab = this.#inner(start, end);
    if (Math.min(aa, bb) < LEAST_CONTRAST ** 2 || ab > SAME * Math.sqrt(aa * bb)) return undefined;
    const determinant = aa * bb - ab * ab;
    const apart = aa + bb - 2 * ab;
    let unexplained = 0;
    let wipe = 0;
    let bend = 0;
    for (let at = start + 1; at < end; at++) {
      const ta = this.#inner(at, start);
      const tb = this.#inner(at, end);
      const p = (ta * bb - tb * ab) / determinant;
      const q = (tb * aa - ta * ab) / determinant;
      const share = Math.max(-0.5, Math.min(1.5, q / Math.max(0.1, p + q)));
      bend += (share - (at - start) / (end - start)) ** 2;
      unexplained += this.#inner(at, at) - p * ta - q * tb;
      wipe += Math.max(0, p * q) * apart;
    }
    const bent = Math.sqrt(bend / (end - start - 1));
    if (bent > MOST_BENT || unexplained > MOST_UNEXPLAINED * wipe) return undefined;
    if (likeness(this.#sketches[start]!, this.#sketches[end]!).alike > APART) return undefined;
    return this.#candidate('dissolve', start, end, Math.sqrt(apart) * (1 - BEND_PENALTY * bent));
  }

  #fade(start: number, end: number): Candidate | undefined {
    const out = this.#inner(start, start) > this.#inner(end, end);
    const picture = out ? start : end;
    const aa = this.#inner(picture, picture);
    const flat = out ? this.#inner(end, end) : this.#inner(start, start);
    if (aa < LEAST_CONTRAST ** 2 || flat > FLAT * FLAT * aa) return undefined;
    let foreign = 0;
    let explained = 0;
    let bend = 0;
    for (let at = start + 1; at < end; at++) {
      const ta = this.#inner(at, picture);
      const p = ta / aa;
      const line = (at - start) / (end - start);
      bend += (p - (out ? 1 - line : line)) ** 2;
      foreign += this.#inner(at, at) - p * ta;
      explained += p * ta;
    }
    const bent = Math.sqrt(bend / (end - start - 1));
    if (bent > MOST_BENT || foreign > MOST_FOREIGN * explained) return undefined;
    return this.#candidate('fade', start, end, Math.sqrt(aa) * (1 - BEND_PENALTY * bent));
  }

  #candidate(kind: 'dissolve' | 'fade', start: number, end: number, score: number): Candidate {
    return { kind, start: this.#base + start, end: this.#base + end + 1, score };
  }

  /** Of overlapping candidates the best stands; only those count as settled that no window still to come can overlap. */
  #settle(horizon: number): Gradual[] {
    const settled: Gradual[] = [];
    this.#pending.sort((a, b) => b.score - a.score);
    for (let i = 0; i < this.#pending.length; ) {
      const best = this.#pending[i]!;
      const better = this.#pending.slice(0, i).some(other => overlap(other, best));
      if (best.end > horizon || better) {
        i++;
        continue;
      }
      settled.push({ kind: best.kind, start: best.start, end: best.end });
      this.#pending = this.#pending.filter(other => !overlap(other, best));
      i = 0;
    }
    return settled;
  }
}

/** Neighbouring transitions may share the one flat or pure frame between them. */
function overlap(a: Gradual, b: Gradual): boolean {
  return a.start < b.end - 1 && b.start < a.end - 1;
}

function innerProduct(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum / a.length;
}
