import type { Frame } from '../../media/film/frame.ts';
import type { PlannedShot } from '../../media/plan/plan.ts';
import { openShotDecoder } from '../../stages/decode/shot-decoder.ts';
import { fitsInMemory } from '../run/budget.ts';
import type { RenderContext } from '../run/render-context.ts';

/** The frames of a shot, for one pass that renders them and one that looks through them before. */
export interface DecodedShot {
  /** Every frame, before `frames` is called: held in memory where the shot fits, else from a decoder of its own. */
  lookThrough(): AsyncIterable<Frame>;
  /** Every frame, from the first. To be called once. */
  frames(): AsyncIterable<Frame>;
}

/** Nothing is decoded before it is asked for. A shot that fits in memory is decoded once, a longer one once per pass. */
export function decodeShot(shot: PlannedShot, context: RenderContext, signal: AbortSignal | undefined): DecodedShot {
  const fromContext = () => context.decoder.frames({ index: shot.start, ticks: shot.startTicks }, shot.end);
  const fits = fitsInMemory(shot.end - shot.start, context.film.format);
  const held: Frame[] = [];
  return {
    lookThrough: () => (fits ? holding(fromContext(), held) : framesAhead(shot, context, signal)),
    frames: () => (held.length > 0 ? handedOver(held) : fromContext()),
  };
}

/** The frames of a shot from a decoder of its own: the render's decoder keeps its position. */
export async function* framesAhead(
  { start, startTicks, end }: PlannedShot,
  { film, ffmpeg }: RenderContext,
  signal: AbortSignal | undefined,
): AsyncGenerator<Frame> {
  const ahead = openShotDecoder(film, ffmpeg, signal);
  try {
    yield* ahead.frames({ index: start, ticks: startTicks }, end);
  } finally {
    await ahead.close();
  }
}

async function* holding(frames: AsyncIterable<Frame>, held: Frame[]): AsyncGenerator<Frame> {
  for await (const frame of frames) {
    held.push(frame);
    yield frame;
  }
}

/** Each frame is removed from `held` as it is yielded, so that its memory can be reused. */
async function* handedOver(held: Frame[]): AsyncGenerator<Frame> {
  for (let frame = held.shift(); frame; frame = held.shift()) yield frame;
}
