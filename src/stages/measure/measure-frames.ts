import { divergence } from '../../kernels/measures/histogram.ts';
import type { ColorFrame, Frame } from '../../media/film/frame.ts';
import { inOrder } from '../decode/in-order.ts';
import type { StageThreads } from '../threads/stage-threads.ts';
import type { MeasuredFormats, PairInput, PairMeasures, PictureMeasures } from './measure-picture.ts';

/** The same frame of the finished film (4:4:4), its source and the ground truth. */
export interface ComparedFrame {
  readonly result: ColorFrame;
  readonly source: Frame | undefined;
  readonly truth: ColorFrame | undefined;
}

/** Lags, in frames, at which colour distributions are compared. */
export const LAGS = [1, 2, 4] as const;
const LONGEST_LAG = 4;

/** Divergence between the colour distributions of this frame and the one `lag` frames earlier: mean over R, G and B. */
export interface Consistency {
  readonly lag: number;
  readonly result: number;
  readonly luma: number;
  readonly truth: number | undefined;
}

/** All measures of one frame. `pair` compares it to the previous frame; undefined at the first. */
export interface FrameMeasures {
  readonly frame: ComparedFrame;
  readonly before: ComparedFrame | undefined;
  readonly picture: PictureMeasures;
  readonly pair: PairMeasures | undefined;
  readonly consistency: readonly Consistency[];
}

interface Measured {
  readonly frame: ComparedFrame;
  readonly picture: PictureMeasures;
}

/** Measures a film frame by frame in worker threads. Only a few frames are in memory at a time. */
export async function* measureFrames(
  frames: AsyncIterable<ComparedFrame>,
  options: { threads: StageThreads; formats: MeasuredFormats },
): AsyncGenerator<FrameMeasures> {
  const { threads, formats } = options;
  const ahead = threads.size + 1;
  const measured = inOrder(frames, ahead, async (frame): Promise<Measured> => {
    const { result, source, truth } = frame;
    const picture = await threads.run('measurePicture', { result, source: source?.luma, truth, formats });
    return { frame, picture };
  });
  const paired = inOrder(withBefore(measured), ahead, async ({ before, now }) => ({
    before,
    now,
    pair: before && (await threads.run('measurePair', pairInput(before, now, formats))),
  }));
  const recent: PictureMeasures[] = [];
  for await (const { before, now, pair } of paired) {
    const { frame, picture } = now;
    yield { frame, before: before?.frame, picture, pair, consistency: consistencyWith(recent, picture) };
    recent.unshift(picture);
    if (recent.length > LONGEST_LAG) recent.pop();
  }
}

async function* withBefore(measured: AsyncIterable<Measured>): AsyncGenerator<{ before: Measured | undefined; now: Measured }> {
  let before: Measured | undefined;
  for await (const now of measured) {
    yield { before, now };
    before = now;
  }
}

function pairInput(before: Measured, now: Measured, formats: MeasuredFormats): PairInput {
  const truths = before.frame.truth && now.frame.truth ? ([before.frame.truth, now.frame.truth] as const) : undefined;
  return {
    results: [before.frame.result, now.frame.result],
    truths,
    grays: [before.picture.gray, now.picture.gray],
    formats,
  };
}

/** `recent`: preceding frames, nearest first. */
function consistencyWith(recent: readonly PictureMeasures[], now: PictureMeasures): Consistency[] {
  return LAGS.filter(lag => lag <= recent.length).map(lag => {
    const then = recent[lag - 1]!;
    const truth = then.truth && now.truth && apart(then.truth.histograms, now.truth.histograms);
    return {
      lag,
      result: apart(then.result.histograms, now.result.histograms),
      luma: divergence(then.lumaHistogram, now.lumaHistogram),
      truth,
    };
  });
}

function apart(then: readonly Float64Array[], now: readonly Float64Array[]): number {
  return then.reduce((sum, histogram, channel) => sum + divergence(histogram, now[channel]!), 0) / then.length;
}
