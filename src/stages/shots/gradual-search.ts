import { CameraPath } from './camera-path.ts';
import { CUTS_BEHIND } from './cut-search.ts';
import { detailDip, offMix } from './detail-dip.ts';
import { isFlash } from './flash.ts';
import type { FrameSketch } from './frame-sketch.ts';
import { InnerProducts } from './inner-products.ts';
import { sameTake } from './same-take.ts';

/** A dissolve or fade over frames start <= index < end. Its first and last frame are the unmixed pictures of each side. */
export interface GradualTransition {
  readonly kind: 'dissolve' | 'fade';
  readonly start: number;
  readonly end: number;
}

interface Candidate extends GradualTransition {
  readonly score: number;
}

/** Maximum and minimum number of frames from the last unmixed picture before to the first after. */
const LONGEST = 64;
const SHORTEST = 4;
/** Coarse correlation of consecutive frames below which there is a cut. */
const MIN_CORRELATION = 0.4;
/** Candidate windows examined per end frame. */
const WINDOWS_PER_END = 4;
/** Frames on both sides of a window that are examined, to exclude flashes and blotches. */
const AROUND = 5;
/** Frames needed after a window: those examined, and those that decide whether one of them is a cut. */
const AHEAD = AROUND + CUTS_BEHIND;
/** Maximum RMS deviation of the mixing share from a straight line 0..1. Motion and flicker cause some. */
const MAX_DEVIATION = 0.15;
/** Penalty for that deviation, relative to the contrast of the ends, when overlapping windows compete. */
const DEVIATION_PENALTY = 3;
/** Contrast in code values of the coarse picture below which there is no content. */
const MIN_CONTRAST = 4;
/** An end with this many times the energy of its neighbours is a flash or a blotch. */
const OUTLIER = 1.5;

/** Unmixed pictures on both sides of a dissolve correlate less than this. */
const SAME = 0.7;
/** Energy not explained by a cross-fade of both ends, relative to that of a wipe between them. */
const MAX_UNEXPLAINED = 0.97;
const RESIDUAL_PENALTY = 0.5;
/** Windows longer than this, in frames, must fit better, since motion alone increasingly resembles a cross-fade. */
const LONG_WINDOW = 34;
/** A cross-fade of two different pictures has less contrast than either: minimum loss relative to the expected one. */
const MIN_DIP = 0.5;
const MAX_DIP = 1.6;
/** The same for fine contrast, which is more reliable but also varies with focus and motion blur. */
const MIN_DETAIL_DIP = 0.35;
/**
 * Fine contrast this close to that of a cross-fade (see offMix) proves a dissolve between moving takes, whatever the coarse
 * pictures show. In the labelled set dissolves had 0.10 to 0.23; motion and focus alone mostly 0.27 and more.
 */
const MAX_OFF_MIX = 0.24;
/** Penalty for that deviation when overlapping windows compete. */
const MIX_PENALTY = 1;
/** Film flickers by a fifth. A larger deviation of brightness from its trend is not flicker. */
const MAX_GAIN = 1.4;
/** Brightness this many times its trend is a flash. */
const FLASH_GAIN = 2;

/** Contrast of a fade's flat end (dust and scratches), relative to the picture's. */
const FLAT = 0.2;
/** Frames beyond a fade's picture end that must show a picture, and their minimum energy relative to that end. */
const BEYOND = 2;
const MIN_BEYOND = 0.25;
/** Energy of fading frames not explained by their neighbours, as a share of all. */
const MAX_RESIDUAL = 0.5;
/** Maximum deviation of a fading frame's contrast from its trend, relative to the picture's contrast. A flash exceeds it. */
const MAX_OFF = 0.35;

/**
 * Finds dissolves and fades from inner products of the coarse pictures of recent frames; each window costs about a dozen
 * operations per frame.
 * Dissolve: least squares explain the inner frames as p * A + q * B of both ends. The share q / (p + q) runs straight from 0 to 1
 * whatever the light does, and the residual is small against a wipe's; or, for takes with much motion, fine contrast closely
 * follows that of a cross-fade. In addition the contrast dips as in a cross-fade (motion causes no dip), coarse and fine; there
 * is no cut nearby; no frame is lit by a flash; and no frame before resembles one after, with camera motion compensated.
 * Fade: contrast runs straight between that of a picture and that of a flat end, and each frame equals the next except for
 * contrast.
 */
export class GradualSearch {
  readonly #sketches: FrameSketch[] = [];
  readonly #products = new InnerProducts(LONGEST + 1 + AROUND + AHEAD);
  readonly #path = new CameraPath(LONGEST + 1 + AROUND + AHEAD);
  #base = 0;
  #frameCount = 0;
  #pending: Candidate[] = [];
  #cuts: number[] = [];

  /** All transitions that start before this frame are decided. */
  get decided(): number {
    return Math.min(this.#frameCount - AHEAD - LONGEST, ...this.#pending.map(({ start }) => start));
  }

  /** Adds the next frame and the cuts confirmed with it. Returns the transitions confirmed by it. */
  push(sketch: FrameSketch, cuts: readonly number[]): GradualTransition[] {
    this.#frameCount++;
    this.#cuts = [...this.#cuts.filter(cut => cut >= this.#base), ...cuts];
    this.#sketches.push(sketch);
    this.#products.push(sketch.coarse);
    this.#path.push(sketch);
    if (this.#sketches.length > this.#products.size) {
      this.#sketches.shift();
      this.#base++;
    }
    this.#pending.push(...this.#windowsEndingAt(this.#sketches.length - 1 - AHEAD));
    return this.#selectBest(this.#frameCount - AHEAD - LONGEST);
  }

  /** Call at the film's end, with the last cuts. Returns the remaining transitions. */
  flush(cuts: readonly number[]): GradualTransition[] {
    this.#cuts.push(...cuts);
    for (let after = AHEAD - 1; after >= 0; after--) {
      this.#pending.push(...this.#windowsEndingAt(this.#sketches.length - 1 - after));
    }
    return this.#selectBest(Number.POSITIVE_INFINITY);
  }

  /** The best window that ends at this frame, if any. Correlations exclude most before pictures are examined. */
  #windowsEndingAt(end: number): Candidate[] {
    const found: Candidate[] = [];
    let uncorrelated = false;
    for (let start = end - 1; start >= Math.max(0, end - LONGEST) && !uncorrelated; start--) {
      uncorrelated = this.#isUncorrelated(start + 1);
      if (end - start < SHORTEST || uncorrelated) continue;
      const candidate = (this.#isCut(start, end) ? undefined : this.#dissolve(start, end)) ?? this.#fade(start, end);
      if (candidate) found.push(candidate);
    }
    found.sort((a, b) => b.score - a.score);
    const best = found.slice(0, WINDOWS_PER_END).find(candidate => this.#isConfirmed(candidate));
    return best ? [best] : [];
  }

  /** Whether there is a cut in or near the window. A dissolve has none; the dark end of a fade may look like one. */
  #isCut(start: number, end: number): boolean {
    return this.#cuts.some(cut => cut > this.#base + start - AROUND && cut <= this.#base + end + AROUND);
  }

  /** Whether there is a cut before this frame: frames with contrast are uncorrelated across it, even with one frame skipped. */
  #isUncorrelated(at: number): boolean {
    for (const [i, j] of [
      [at - 1, at],
      [at - 2, at],
      [at - 1, at + 1],
    ] as const) {
      if (i < 0 || j >= this.#sketches.length) continue;
      const [ii, jj] = [this.#products.at(i, i), this.#products.at(j, j)];
      if (Math.min(ii, jj) < (2 * MIN_CONTRAST) ** 2) return false;
      if (this.#products.at(i, j) > MIN_CORRELATION * Math.sqrt(ii * jj)) return false;
    }
    return true;
  }

  /** Final checks on pictures: the ends differ by more than motion; a fade is no flash. */
  #isConfirmed({ kind, start, end }: Candidate): boolean {
    const [first, last] = [start - this.#base, end - 1 - this.#base];
    if (kind === 'dissolve') {
      if (detailDip(this.#sketches.slice(first, last + 1)) < MIN_DETAIL_DIP) return false;
      return !sameTake(this.#sketches, { first, last }, this.#path);
    }
    const out = this.#products.at(first, first) > this.#products.at(last, last);
    return !isFlash(this.#sketches, out ? { flat: last, picture: first } : { flat: first, picture: last }, this.#path);
  }

  #dissolve(start: number, end: number): Candidate | undefined {
    const products = this.#products;
    const aa = products.at(start, start);
    const bb = products.at(end, end);
    const ab = products.at(start, end);
    if (Math.min(aa, bb) < MIN_CONTRAST ** 2 || Math.min(aa, bb) < FLAT ** 2 * Math.max(aa, bb)) return undefined;
    if (ab > SAME * Math.sqrt(aa * bb)) return undefined;
    if (aa > OUTLIER * this.#energyAround(start) || bb > OUTLIER * this.#energyAround(end)) return undefined;
    const determinant = aa * bb - ab * ab;
    const apart = aa + bb - 2 * ab;
    const levels = [this.#sketches[start]!.level, this.#sketches[end]!.level] as const;
    let unexplained = 0;
    let wipe = 0;
    let squaredDeviations = 0;
    let dip = 0;
    let fullDip = 0;
    for (let at = start + 1; at < end; at++) {
      const line = (at - start) / (end - start);
      const ta = products.at(at, start);
      const tb = products.at(at, end);
      const tt = products.at(at, at);
      const p = (ta * bb - tb * ab) / determinant;
      const q = (tb * aa - ta * ab) / determinant;
      const share = Math.max(-0.5, Math.min(1.5, q / Math.max(0.1, p + q)));
      squaredDeviations += (share - line) ** 2;
      const most = Math.max(0, p * q) * apart;
      unexplained += Math.min(most, tt - p * ta - q * tb);
      wipe += most;
      const gain = this.#sketches[at]!.level / Math.max(1, levels[0] + (levels[1] - levels[0]) * line);
      if (gain > FLASH_GAIN || gain < 1 / FLASH_GAIN) return undefined;
      dip += aa + (bb - aa) * line - tt / Math.max(1 / MAX_GAIN, Math.min(MAX_GAIN, gain)) ** 2;
      fullDip += line * (1 - line) * apart;
    }
    const deviation = Math.sqrt(squaredDeviations / (end - start - 1));
    const residual = unexplained / Math.max(1, wipe);
    const limit = Math.min(MAX_UNEXPLAINED, MAX_UNEXPLAINED * (1 - (end - start - LONG_WINDOW) / (2 * LONG_WINDOW)));
    const off = offMix(this.#sketches, start, end);
    if (dip < MIN_DIP * fullDip || dip > MAX_DIP * fullDip) return undefined;
    const straight = deviation <= MAX_DEVIATION && residual <= limit;
    if (!straight && off > MAX_OFF_MIX) return undefined;
    const implausible =
      DEVIATION_PENALTY * Math.min(deviation, MAX_DEVIATION) +
      RESIDUAL_PENALTY * Math.min(residual, 1) +
      MIX_PENALTY * Math.min(off, 1);
    return this.#candidate('dissolve', start, end, Math.sqrt(apart) * (2 - implausible));
  }

  #fade(start: number, end: number): Candidate | undefined {
    const products = this.#products;
    const out = products.at(start, start) > products.at(end, end);
    const picture = out ? start : end;
    const flat = out ? end : start;
    const aa = products.at(picture, picture);
    if (aa < MIN_CONTRAST ** 2 || aa > OUTLIER * this.#energyAround(picture)) return undefined;
    if (this.#dipsBeyond(picture, out ? -1 : 1)) return undefined;
    const rest = Math.sqrt(Math.min(products.at(flat, flat), this.#energyAround(flat)) / aa);
    if (rest > FLAT) return undefined;
    const side = out ? -1 : 1;
    let residual = 0;
    let all = 0;
    let squaredDeviations = 0;
    for (let at = start + 1; at < end; at++) {
      const tt = Math.min(aa, this.#energyAround(at));
      const line = Math.abs((at - flat) / (end - start));
      const off = Math.sqrt(tt / aa) - rest - (1 - rest) * line;
      if (Math.abs(off) > MAX_OFF) return undefined;
      squaredDeviations += off ** 2;
      const correlation = products.at(at, at + side) ** 2 / (products.at(at, at) * products.at(at + side, at + side) + 1);
      residual += tt * (1 - correlation);
      all += tt;
    }
    const deviation = Math.sqrt(squaredDeviations / (end - start - 1));
    if (deviation > MAX_DEVIATION || residual > MAX_RESIDUAL * all) return undefined;
    return this.#candidate('fade', start, end, Math.sqrt(aa) * (1 - rest) * (1 - DEVIATION_PENALTY * deviation));
  }

  /** Whether the picture nearly vanishes directly beyond a fade's picture end. A separate flash follows there. */
  #dipsBeyond(picture: number, side: number): boolean {
    for (let at = picture + side; Math.abs(at - picture) <= BEYOND && this.#sketches[at]; at += side)
      if (this.#products.at(at, at) < MIN_BEYOND * this.#products.at(picture, picture)) return true;
    return false;
  }

  /** Median energy of a frame and its neighbours. */
  #energyAround(at: number): number {
    const energies: number[] = [];
    for (let i = Math.max(0, at - 1); i <= Math.min(this.#sketches.length - 1, at + 1); i++)
      energies.push(this.#products.at(i, i));
    return energies.sort((a, b) => a - b)[energies.length >> 1]!;
  }

  #candidate(kind: 'dissolve' | 'fade', start: number, end: number, score: number): Candidate {
    return { kind, start: this.#base + start, end: this.#base + end + 1, score };
  }

  /** Selects the best of overlapping candidates. Returns those that no later window can overlap. */
  #selectBest(horizon: number): GradualTransition[] {
    const guarded: GradualTransition[] = [];
    this.#pending.sort((a, b) => b.score - a.score);
    for (let i = 0; i < this.#pending.length; ) {
      const best = this.#pending[i]!;
      const better = this.#pending.slice(0, i).some(other => overlap(other, best));
      if (best.end > horizon || better) {
        i++;
        continue;
      }
      guarded.push({ kind: best.kind, start: best.start, end: best.end });
      this.#pending = this.#pending.filter(other => !overlap(other, best));
      i = 0;
    }
    return guarded;
  }
}

/** Adjacent transitions may share one flat or unmixed frame. */
function overlap(a: GradualTransition, b: GradualTransition): boolean {
  return a.start < b.end - 1 && b.start < a.end - 1;
}
