import { CameraPath } from './camera-path.ts';
import { CUTS_BEHIND } from './cut-search.ts';
import { detailDip, offMix } from './detail-dip.ts';
import { isFlash } from './flash.ts';
import type { FrameSketch } from './frame-sketch.ts';
import { InnerProducts } from './inner-products.ts';
import { sameTake } from './same-take.ts';

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
/** Coarse correlation of neighbouring frames below which there is a cut between them. */
const BROKEN = 0.4;
/** Windows with the same end that are looked at before that end is given up. */
const TRIES = 4;
/** Frames on both sides of a window that are looked at, to tell it from a flash and its ends from a blotch. */
const AROUND = 5;
/** Frames behind a window that must have come: those around it, and those that decide whether one of them is a cut. */
const AHEAD = AROUND + CUTS_BEHIND;
/** The share of a mix may leave the straight line 0..1 by this root mean square at most; motion and flicker bend it. */
const MAX_BENT = 0.15;
/** How strongly bends count against the contrast of the ends when overlapping windows compete. */
const BEND_PENALTY = 3;
/** Contrast in code values of the coarse picture below which there is none. */
const MIN_CONTRAST = 4;
/** An end whose energy is this many times that of its neighbours is a flash or a blotch. */
const OUTLIER = 1.5;

/** Pure pictures on both sides of a dissolve correlate less than this. */
const SAME = 0.7;
/** Energy that the mix of both ends leaves unexplained, as a share of what a wipe between them would leave. */
const MAX_UNEXPLAINED = 0.97;
const FOREIGN_PENALTY = 0.5;
/** Windows longer than this, in frames, must be explained better, for motion alone comes to look like a mix. */
const UNSURE = 34;
/** A mix of two unlike pictures has less contrast than either: the loss found as a share of the loss that a mix would have. */
const MIN_DIP = 0.5;
const MAX_DIP = 1.6;
/** The same of the fine contrast, which is surer but also falls and rises with focus and motion blur. */
const MIN_DETAIL_DIP = 0.35;
/**
 * Fine contrast whose curve is this close to that of a mix (see offMix) makes a dissolve of takes that move, whatever became of the
 * coarse pictures: in the labelled set those came to 0.10 to 0.23, motion and focus alone mostly to 0.27 and more.
 */
const MAX_OFF_MIX = 0.24;
/** How strongly being off that curve counts when overlapping windows compete. */
const MIX_PENALTY = 1;
/** Film flickers by a fifth; brightness farther off its line than this is not taken for flicker. */
const MAX_GAIN = 1.4;
/** Brightness this many times off its line is a flash's. */
const FLASH_GAIN = 2;

/** Contrast of a fade's flat end, dust and scratches, as a share of its picture's. */
const FLAT = 0.2;
/** Frames beyond a fade's pure end that must show a picture, and the least share of that end's energy. */
const BEYOND = 2;
const MIN_BEYOND = 0.25;
/** Energy of fading frames that their neighbours do not explain, as a share of all. */
const MAX_FOREIGN = 0.5;
/** Contrast of a fading frame may be this far off its straight line at most, as a share of the picture's; a flash is. */
const MAX_OFF = 0.35;

/**
 * Finds dissolves and fades in the inner products of the coarse pictures of the last frames; with those alone, any window is judged
 * at a dozen operations per frame.
 * Dissolve: least squares explain the frames inside as p * A + q * B of the two ends. The share q / (p + q) runs straight from 0 to 1
 * whatever the light does and the rest is small against a wipe's, or, where the takes move too much for that, the fine contrast runs
 * closely along the curve of a mix; the contrast dips as that of a mix must (motion has no dip), coarse and
 * fine; no cut lies near; no frame is lit as a flash is; and no frame before looks like one behind, with the camera's movement taken out.
 * Fade: contrast runs straight between that of a picture and that of a flat end, each frame being the next one but for its contrast.
 */
export class GradualSearch {
  readonly #sketches: FrameSketch[] = [];
  readonly #products = new InnerProducts(LONGEST + 1 + AROUND + AHEAD);
  readonly #path = new CameraPath(LONGEST + 1 + AROUND + AHEAD);
  #base = 0;
  #seen = 0;
  #pending: Candidate[] = [];
  #cuts: number[] = [];

  /** Every transition that starts before this frame is decided. */
  get decided(): number {
    return Math.min(this.#seen - AHEAD - LONGEST, ...this.#pending.map(({ start }) => start));
  }

  /** Take the next frame, and the cuts that became certain with it; gives the transitions that are certain now. */
  push(sketch: FrameSketch, cuts: readonly number[]): Gradual[] {
    this.#seen++;
    this.#cuts = [...this.#cuts.filter(cut => cut >= this.#base), ...cuts];
    this.#sketches.push(sketch);
    this.#products.push(sketch.coarse);
    this.#path.push(sketch);
    if (this.#sketches.length > this.#products.size) {
      this.#sketches.shift();
      this.#base++;
    }
    this.#pending.push(...this.#windowsEndingAt(this.#sketches.length - 1 - AHEAD));
    return this.#settle(this.#seen - AHEAD - LONGEST);
  }

  /** The film is over, with these last cuts; gives the remaining transitions. */
  flush(cuts: readonly number[]): Gradual[] {
    this.#cuts.push(...cuts);
    for (let behind = AHEAD - 1; behind >= 0; behind--) {
      this.#pending.push(...this.#windowsEndingAt(this.#sketches.length - 1 - behind));
    }
    return this.#settle(Number.POSITIVE_INFINITY);
  }

  /** The best window that ends there, if any; frames are told apart by correlation before any picture is looked at. */
  #windowsEndingAt(end: number): Candidate[] {
    const found: Candidate[] = [];
    let broken = false;
    for (let start = end - 1; start >= Math.max(0, end - LONGEST) && !broken; start--) {
      broken = this.#isBroken(start + 1);
      if (end - start < SHORTEST || broken) continue;
      const candidate = (this.#isCut(start, end) ? undefined : this.#dissolve(start, end)) ?? this.#fade(start, end);
      if (candidate) found.push(candidate);
    }
    found.sort((a, b) => b.score - a.score);
    const best = found.slice(0, TRIES).find(candidate => this.#looksRight(candidate));
    return best ? [best] : [];
  }

  /** Is there a cut in the window or close to it? A dissolve has none; the dark end of a fade may look like one. */
  #isCut(start: number, end: number): boolean {
    return this.#cuts.some(cut => cut > this.#base + start - AROUND && cut <= this.#base + end + AROUND);
  }

  /** Is there a cut before this frame: no correlation across, not even with one frame left out, between frames of some contrast? */
  #isBroken(at: number): boolean {
    for (const [i, j] of [
      [at - 1, at],
      [at - 2, at],
      [at - 1, at + 1],
    ] as const) {
      if (i < 0 || j >= this.#sketches.length) continue;
      const [ii, jj] = [this.#products.at(i, i), this.#products.at(j, j)];
      if (Math.min(ii, jj) < (2 * MIN_CONTRAST) ** 2) return false;
      if (this.#products.at(i, j) > BROKEN * Math.sqrt(ii * jj)) return false;
    }
    return true;
  }

  /** What correlation cannot tell: pure pictures that differ by more than motion, a fade that is no flash. */
  #looksRight({ kind, start, end }: Candidate): boolean {
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
    let bend = 0;
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
      bend += (share - line) ** 2;
      const most = Math.max(0, p * q) * apart;
      unexplained += Math.min(most, tt - p * ta - q * tb);
      wipe += most;
      const gain = this.#sketches[at]!.level / Math.max(1, levels[0] + (levels[1] - levels[0]) * line);
      if (gain > FLASH_GAIN || gain < 1 / FLASH_GAIN) return undefined;
      dip += aa + (bb - aa) * line - tt / Math.max(1 / MAX_GAIN, Math.min(MAX_GAIN, gain)) ** 2;
      fullDip += line * (1 - line) * apart;
    }
    const bent = Math.sqrt(bend / (end - start - 1));
    const foreign = unexplained / Math.max(1, wipe);
    const limit = Math.min(MAX_UNEXPLAINED, MAX_UNEXPLAINED * (1 - (end - start - UNSURE) / (2 * UNSURE)));
    const off = offMix(this.#sketches, start, end);
    if (dip < MIN_DIP * fullDip || dip > MAX_DIP * fullDip) return undefined;
    const straight = bent <= MAX_BENT && foreign <= limit;
    if (!straight && off > MAX_OFF_MIX) return undefined;
    const poor =
      BEND_PENALTY * Math.min(bent, MAX_BENT) + FOREIGN_PENALTY * Math.min(foreign, 1) + MIX_PENALTY * Math.min(off, 1);
    return this.#candidate('dissolve', start, end, Math.sqrt(apart) * (2 - poor));
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
    let foreign = 0;
    let all = 0;
    let bend = 0;
    for (let at = start + 1; at < end; at++) {
      const tt = Math.min(aa, this.#energyAround(at));
      const line = Math.abs((at - flat) / (end - start));
      const off = Math.sqrt(tt / aa) - rest - (1 - rest) * line;
      if (Math.abs(off) > MAX_OFF) return undefined;
      bend += off ** 2;
      const correlation = products.at(at, at + side) ** 2 / (products.at(at, at) * products.at(at + side, at + side) + 1);
      foreign += tt * (1 - correlation);
      all += tt;
    }
    const bent = Math.sqrt(bend / (end - start - 1));
    if (bent > MAX_BENT || foreign > MAX_FOREIGN * all) return undefined;
    return this.#candidate('fade', start, end, Math.sqrt(aa) * (1 - rest) * (1 - BEND_PENALTY * bent));
  }

  /** Is there next to no picture right beyond a fade's pure end? A flash follows, which is none of the fade's business. */
  #dipsBeyond(picture: number, side: number): boolean {
    for (let at = picture + side; Math.abs(at - picture) <= BEYOND && this.#sketches[at]; at += side)
      if (this.#products.at(at, at) < MIN_BEYOND * this.#products.at(picture, picture)) return true;
    return false;
  }

  /** The middle one of the energies of a frame and its neighbours. */
  #energyAround(at: number): number {
    const energies: number[] = [];
    for (let i = Math.max(0, at - 1); i <= Math.min(this.#sketches.length - 1, at + 1); i++)
      energies.push(this.#products.at(i, i));
    return energies.sort((a, b) => a - b)[energies.length >> 1]!;
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
