import type { Frame } from '../../media/film/frame.ts';
import type { PlannedShot } from '../../media/plan/plan.ts';
import { openShotDecoder } from '../../stages/decode/shot-decoder.ts';
import type { RenderContext } from '../run/render-context.ts';

/** The frames of a shot, or of its end, from a decoder of its own: the render's decoder keeps its position. */
export async function* framesAhead(
  { start, startTicks, end }: Pick<PlannedShot, 'start' | 'startTicks' | 'end'>,
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
