import type { Consistency, FrameMeasures } from './measure-frames.ts';

/** Figures of a film or of a shot. What could not be measured is undefined. */
export interface Figures {
  readonly frames: number;
  /** Mean over frame pairs of |chroma(t) - chroma(t + 1) moved back|, in 8-bit code values; see `kernels/measures/flicker`. */
  readonly flicker: number | undefined;
  /** The same without pixels whose motion leaves the picture. */
  readonly flickerInside: number | undefined;
  readonly flickerTruth: number | undefined;
  /** Colour distribution consistency: mean Jensen-Shannon divergence of 256-bin histograms of R, G, B over 1, 2 and 4 frames. */
  readonly cdc: number | undefined;
  /** The same of the luma alone: what a gray film has. */
  readonly cdcLuma: number | undefined;
  readonly cdcTruth: number | undefined;
  /** Hasler and Suesstrunk's colourfulness, mean over frames. */
  readonly colorfulness: number;
  readonly colorfulnessTruth: number | undefined;
  /** Against the truth, in dB, mean over the frames whose colour was not given: over R, G, B, and over Cb, Cr. */
  readonly psnr: number | undefined;
  readonly chromaPsnr: number | undefined;
}

/** Adds up means; undefined where nothing was added. */
class Mean {
  #sum = 0;
  #count = 0;

  add(value: number | undefined): void {
    if (value === undefined) return;
    this.#sum += value;
    this.#count++;
  }

  get value(): number | undefined {
    return this.#count === 0 ? undefined : this.#sum / this.#count;
  }
}

/** A mean for each distance; the figure is the mean of these. */
class LagMeans {
  readonly #means = new Map<number, Mean>();

  add(lag: number, value: number | undefined): void {
    if (value === undefined) return;
    const mean = this.#means.get(lag) ?? new Mean();
    this.#means.set(lag, mean);
    mean.add(value);
  }

  get value(): number | undefined {
    const whole = new Mean();
    for (const mean of this.#means.values()) whole.add(mean.value);
    return whole.value;
  }
}

/** Which of a frame's measures belong to the figures that are gathered. */
export interface FrameShare {
  /** Number of frames before this one that belong too: what looks further back does not count. */
  readonly before: number;
  /** Was this frame's colour given? Then it says nothing about how well colour was made. */
  readonly color: 'made' | 'given';
}

/** Gathers the figures of a film or of a shot, frame by frame. */
export class FigureGatherer {
  #frames = 0;
  readonly #flicker = { all: new Mean(), inside: new Mean(), truth: new Mean() };
  readonly #cdc = { result: new LagMeans(), luma: new LagMeans(), truth: new LagMeans() };
  readonly #colorfulness = { result: new Mean(), truth: new Mean() };
  readonly #psnr = { rgb: new Mean(), chroma: new Mean() };

  add({ picture, pair, consistency }: FrameMeasures, { before, color }: FrameShare): void {
    this.#frames++;
    this.#colorfulness.result.add(picture.result.colorfulness);
    this.#colorfulness.truth.add(picture.truth?.colorfulness);
    if (color === 'made') {
      this.#psnr.rgb.add(picture.truth?.psnr);
      this.#psnr.chroma.add(picture.truth?.chromaPsnr);
    }
    if (before > 0) {
      this.#flicker.all.add(pair?.result.all);
      this.#flicker.inside.add(pair?.result.inside);
      this.#flicker.truth.add(pair?.truth?.all);
    }
    for (const one of consistency) if (one.lag <= before) this.#addConsistency(one);
  }

  #addConsistency({ lag, result, luma, truth }: Consistency): void {
    this.#cdc.result.add(lag, result);
    this.#cdc.luma.add(lag, luma);
    this.#cdc.truth.add(lag, truth);
  }

  figures(): Figures {
    return {
      frames: this.#frames,
      flicker: this.#flicker.all.value,
      flickerInside: this.#flicker.inside.value,
      flickerTruth: this.#flicker.truth.value,
      cdc: this.#cdc.result.value,
      cdcLuma: this.#cdc.luma.value,
      cdcTruth: this.#cdc.truth.value,
      colorfulness: this.#colorfulness.result.value ?? 0,
      colorfulnessTruth: this.#colorfulness.truth.value,
      psnr: this.#psnr.rgb.value,
      chromaPsnr: this.#psnr.chroma.value,
    };
  }
}
