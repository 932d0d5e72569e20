import type { Frame } from '../../media/film/frame.ts';
import type { Hint } from '../../media/plan/hint.ts';
import { hintsOf, type Plan, type PlannedShot } from '../../media/plan/plan.ts';
import { openShotDecoder } from '../../stages/decode/shot-decoder.ts';
import { followHints } from '../../stages/keyframes/follow-hints.ts';
import { workingGrid } from '../../stages/propagate/working-grid.ts';
import { fitsInHand } from '../run/budget.ts';
import type { RenderContext } from '../run/render-context.ts';
import { mixedAs } from './shot-grid.ts';

export interface HintedShot {
  /** By keyframe. */
  readonly hints: ReadonlyMap<number, readonly Hint[]>;
  /** The shot's frames, from the first. */
  readonly frames: AsyncIterable<Frame>;
}

/**
 * The frames of a shot and the hints of every keyframe: its own (drawn last, so that they win), over those of the shot's other keyframes,
 * followed to it along the flow. A hint speaks for earlier frames, too: all frames are looked through first. They are held meanwhile, or, of a
 * shot that memory cannot hold, decoded once more.
 */
export async function shotHints(
  plan: Plan,
  number: number,
  context: RenderContext,
  signal: AbortSignal | undefined,
): Promise<HintedShot> {
  const { film, threads, decoder } = context;
  const shot = plan.shots[number]!;
  const own = new Map(shot.keyframes.map(keyframe => [keyframe.index, hintsOf(plan, keyframe)]));
  const hinted = new Map([...own].filter(([, hints]) => hints.length > 0));
  const frames = () => decoder.frames({ index: shot.start, ticks: shot.startTicks }, shot.end);
  const grid = workingGrid(film.format.width, film.format.height);
  if (hinted.size === 0 || shot.keyframes.length < 2 || mixedAs(shot, grid) !== 'steady') return { hints: own, frames: frames() };
  const wantedFrames = new Set(shot.keyframes.filter(({ color }) => color.kind !== 'picture').map(({ index }) => index));
  const { format } = film;
  const options = { threads, grid, format };
  const follow = async (seen: AsyncIterable<Frame>) => {
    const found = await followHints(seen, { hinted, wantedFrames }, options);
    return new Map([...own].map(([index, hints]) => [index, [...(found.get(index) ?? []), ...hints]]));
  };
  if (fitsInHand(shot.end - shot.start, format) === 'fits') {
    const held: Frame[] = [];
    return { hints: await follow(kept(frames(), held)), frames: handedOver(held) };
  }
  return { hints: await follow(framesAhead(shot, context, signal)), frames: frames() };
}

/** The frames of a shot from a decoder of its own: the render's goes on where it is. */
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

async function* kept(frames: AsyncIterable<Frame>, held: Frame[]): AsyncGenerator<Frame> {
  for await (const frame of frames) {
    held.push(frame);
    yield frame;
  }
}

/** Each frame is let go of as it is handed over. */
async function* handedOver(held: Frame[]): AsyncGenerator<Frame> {
  for (let frame = held.shift(); frame; frame = held.shift()) yield frame;
}
