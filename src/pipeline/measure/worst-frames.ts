import { pictureUri } from '../../adapters/pictures/picture-uri.ts';
import { ycbcrToRgb8 } from '../../kernels/color/color.ts';
import type { Film } from '../../media/film/film.ts';
import type { ColorFrame } from '../../media/film/frame.ts';
import { toSeconds } from '../../media/film/time.ts';
import type { FrameMeasures } from '../../stages/measure/measure-frames.ts';
import type { WorstFrame } from './quality-report.ts';

/** Number of frames shown of each kind, and their least distance in frames: neighbours show the same fault. */
const SHOWN = { flicker: 6, psnr: 3, luma: 2 } as const;
const APART = 12;
/** Width of a shown picture, in pixels. */
const PICTURE_WIDTH = 360;

interface Candidate extends WorstFrame {
  /** The larger, the worse. */
  readonly badness: number;
}

/** Keeps the worst frames of a film while it is measured, as small pictures; holds no frame itself. */
export class WorstFrames {
  readonly #films: { result: Film; truth: Film | undefined };
  readonly #pictures: 'worst' | 'none';
  readonly #kept: Record<WorstFrame['what'], Candidate[]> = { flicker: [], psnr: [], luma: [] };

  constructor(films: { result: Film; truth: Film | undefined }, pictures: 'worst' | 'none') {
    this.#films = films;
    this.#pictures = pictures;
  }

  /** `index`: the frame's number in the source. */
  async offer({ frame, before, picture, pair }: FrameMeasures, index: number): Promise<void> {
    const { result, truth } = frame;
    const { luma } = picture;
    const flicker = pair?.result.all;
    if (flicker !== undefined && before)
      await this.#consider('flicker', { index, result, value: flicker, badness: flicker }, () => [before.result, result]);
    if (picture.truth && truth) {
      const { psnr } = picture.truth;
      await this.#consider('psnr', { index, result, value: psnr, badness: -psnr }, () => [result, truth]);
    }
    if (luma && luma.max > 0) await this.#consider('luma', { index, result, value: luma.max, badness: luma.max }, () => [result]);
  }

  /** The worst first, kind by kind. */
  list(): WorstFrame[] {
    return Object.values(this.#kept).flatMap(kept => kept.map(({ badness: _, ...shown }) => shown));
  }

  async #consider(
    what: WorstFrame['what'],
    about: { index: number; result: ColorFrame; value: number; badness: number },
    shown: () => readonly ColorFrame[],
  ): Promise<void> {
    const { index, result, value, badness } = about;
    const kept = this.#kept[what];
    const near = kept.find(other => Math.abs(other.frame - index) < APART);
    if (near ? near.badness >= badness : kept.length === SHOWN[what] && kept.at(-1)!.badness >= badness) return;
    const seconds = toSeconds({ ticks: result.ticks, timebase: this.#films.result.format.timebase });
    const pictures = this.#pictures === 'none' ? [] : await Promise.all(shown().map(frame => this.#show(frame, result)));
    const others = kept.filter(other => other !== near);
    const sorted = [...others, { what, frame: index, seconds, value, pictures, badness }].sort((a, b) => b.badness - a.badness);
    this.#kept[what] = sorted.slice(0, SHOWN[what]);
  }

  #show(frame: ColorFrame, result: ColorFrame): Promise<string> {
    const { result: film, truth } = this.#films;
    const { format, sampleAspect, rotation } = frame.luma === result.luma || !truth ? film : truth;
    const { width, height } = frame.luma;
    const pixelAspect = sampleAspect.num / sampleAspect.den;
    return pictureUri({ rgb: ycbcrToRgb8(frame, format), width, height, pixelAspect, rotation }, PICTURE_WIDTH);
  }
}
