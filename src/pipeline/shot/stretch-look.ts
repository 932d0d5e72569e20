import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { Frame } from '../../media/film/frame.ts';
import { givesFeatures } from '../../media/models/model-card.ts';
import type { PlannedShot } from '../../media/plan/plan.ts';
import { handledLater } from '../../pending.ts';
import type { FollowedShot } from '../../stages/keyframes/follow-hints.ts';
import { predictChroma } from '../../stages/keyframes/predict-chroma.ts';
import { type MotionFrame, readMotion } from '../../stages/keyframes/shot-motion.ts';
import { workingGrid } from '../../stages/propagate/working-grid.ts';
import type { RenderContext } from '../run/render-context.ts';
import { framesAhead } from './frames-ahead.ts';

/** Frames of a shot whose motion is cached for the next hint, half a MB each. A longer shot is decoded again. */
export const CACHED_MOTION = 250;

/** Frames that follow one another in a shot, and the time of the first. */
export type LookedStretch = Pick<PlannedShot, 'start' | 'startTicks' | 'end'>;

interface Looked {
  /** Keyframes that the model colours: it sees them, and no others. */
  readonly requested: ReadonlySet<number>;
  /** One of them that is decoded already. */
  readonly on: Frame | undefined;
}

/**
 * What hints are followed by through a stretch: its motion, and what the model sees in keyframes. Motion is cached for the stretch
 * that was looked through last; a keyframe that is new since then costs a look at its own frame alone.
 */
export function lookThrough(
  stretch: LookedStretch,
  { requested, on }: Looked,
  context: RenderContext,
  signal: AbortSignal | undefined,
): Pick<FollowedShot, 'motion' | 'seen'> {
  const { film, threads, hints } = context;
  const { start, end } = stretch;
  const kept = hints.looked?.start === start && hints.looked.end === end ? hints.looked : undefined;
  const seen = kept?.seen ?? new Map<number, Promise<FeatureMap | undefined>>();
  const times = kept?.times ?? new Map([[start, stretch.startTicks]]);
  const predict = featuresBy(context);
  const look = (index: number, frame: () => Promise<Frame | undefined> | Frame) => {
    if (!predict || !requested.has(index) || seen.has(index)) return;
    const found = handledLater(Promise.resolve(frame()).then(given => given && predict(given)));
    seen.set(index, found);
    found.catch(() => seen.delete(index)); // a later request tries again
  };
  const decoded = async (index: number): Promise<Frame | undefined> => {
    for await (const frame of framesAhead({ start: index, startTicks: times.get(index)!, end: index + 1 }, context, signal))
      return frame;
    return undefined;
  };
  async function* passing(frames: AsyncIterable<Frame>): AsyncGenerator<Frame> {
    for await (const frame of frames) {
      times.set(frame.index, frame.ticks);
      look(frame.index, () => frame);
      yield frame;
    }
  }
  if (on) look(on.index, () => on);
  return {
    async *motion(from, to) {
      if (kept) {
        yield* kept.frames.filter(({ index }) => index >= from && index < to);
        return;
      }
      const frames: MotionFrame[] = [];
      const keeps = from === start && to === end && to - from <= CACHED_MOTION;
      const ahead = framesAhead({ start: from, startTicks: times.get(from)!, end: to }, context, signal);
      const grid = workingGrid(film.format.width, film.format.height);
      for await (const frame of readMotion(passing(ahead), { threads, grid, format: film.format })) {
        if (keeps) frames.push(frame);
        yield frame;
      }
      if (keeps) hints.looked = { start, end, frames, times, seen };
    },
    seen(index) {
      if (kept) look(index, () => decoded(index));
      return requested.has(index) ? seen.get(index) : undefined;
    },
  };
}

/** What the model sees in a frame; undefined if it has no features. */
function featuresBy({ colorizer, film, known }: RenderContext): ((frame: Frame) => Promise<FeatureMap | undefined>) | undefined {
  if (!colorizer || !givesFeatures(colorizer.card)) return undefined;
  return async frame => (await predictChroma(frame, colorizer, { format: film.format, known })).features;
}
