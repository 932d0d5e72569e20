import type { Consistency, FrameMeasures } from './measure-frames.ts';

/** Quality figures of a film or a shot. Undefined if not measurable. */
export interface Figures {
  readonly frames: number;
  /**
   * Temporal flicker: mean over frame pairs of |chroma(t) - warped chroma(t + 1)|, in 8-bit code values; see
   * `kernels/measures/flicker`.
   */
  readonly flicker: number | undefined;
  /** The same without pixels whose motion leaves the picture. */
  readonly flickerInside: number | undefined;
  readonly flickerTruth: number | undefined;
  /** Colour distribution consistency: mean Jensen-Shannon divergence of 256-bin histograms of R, G, B over 1, 2 and 4 frames. */
  readonly cdc: number | undefined;
  /** The same for luma alone: the value of the gray film. */
  readonly cdcLuma: number | undefined;
  readonly cdcTruth: number | undefined;
  /** Colourfulness (Hasler and Suesstrunk 2003), mean over frames. */
  readonly colorfulness: number;
  readonly colorfulnessTruth: number | undefined;
  /** PSNR against the ground truth in dB, over R, G, B and over Cb, Cr: mean over frames whose colour was synthesised. */
  readonly psnr: number | undefined;
  readonly chromaPsnr: number | undefined;
}

/** Running mean; undefined without values. */
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

/** One mean per lag; the figure is the mean of these. */
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

/** How a frame contributes to the figures. */
export interface FrameShare {
  /** Number of preceding frames in the same shot or film. Measures that look further back are skipped. */
  readonly before: number;
  /** Whether the frame's colour was synthesised or given. Given colour does not measure quality. */
  readonly color: 'made' | 'given';
}

/** Accumulates the figures of a film or shot, frame by frame. */
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
