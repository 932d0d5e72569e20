import { similarity } from '../../kernels/hints/similarity.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { Frame } from '../../media/film/frame.ts';
import { givesFeatures } from '../../media/models/model-card.ts';
import { type Hint, hintAt, isRegion, mapPlaces } from '../../media/plan/hint.ts';
import { canonicalJson, hintsOf, type Plan, type PlannedShot } from '../../media/plan/plan.ts';
import { handledLater } from '../../pending.ts';
import { type FollowedShot, followHints, type HintTrack } from '../../stages/keyframes/follow-hints.ts';
import type { PlacedHint } from '../../stages/keyframes/hint-field.ts';
import type { LookedThrough } from '../../stages/keyframes/hint-memory.ts';
import { predictChroma } from '../../stages/keyframes/predict-chroma.ts';
import { type MotionFrame, readMotion } from '../../stages/keyframes/shot-motion.ts';
import { workingGrid } from '../../stages/propagate/working-grid.ts';
import type { RenderContext } from '../run/render-context.ts';
import { framesAhead } from './frames-ahead.ts';
import { mixedAs } from './shot-grid.ts';

/** Frames of a shot whose motion is cached for the next hint, half a MB each. A longer shot is decoded again. */
const CACHED_MOTION = 250;
/** Tracks in the cache, a few numbers per frame each. */
const MAX_TRACKS = 400;

/**
 * Positions of each hint of a shot in its frames, palette hints included. Empty where hints apply to their own keyframe only. `but`: leave out the hints of this keyframe.
 */
export async function hintTracks(
  plan: Plan,
  number: number,
  context: RenderContext,
  signal: AbortSignal | undefined,
  { but }: { readonly but?: number } = {},
): Promise<readonly HintTrack[]> {
  const shot = plan.shots[number]!;
  const { format } = context.film;
  const grid = workingGrid(format.width, format.height);
  if (shot.end - shot.start < 2 || mixedAs(shot, grid) !== 'steady') return [];
  const requested = shot.keyframes.filter(({ color }) => color.kind !== 'picture').map(({ index }) => index);
  const hintedKeyframes = shot.keyframes.filter(({ index }) => index !== but);
  const hinted = hintedKeyframes.flatMap(keyframe => hintsOf(plan, keyframe).map(hint => ({ index: keyframe.index, hint })));
  const { tracks } = context.hints;
  const about = [shot.start, shot.end, requested];
  const keyOf = ({ index, hint }: { index: number; hint: Hint }) => {
    const { x, y, radius, path = [], fill, polygon, corrections = [] } = hint; // nothing else decides its positions
    return canonicalJson([...about, index, x, y, radius, isRegion(hint) ? { fill, path, polygon, corrections } : null]);
  };
  const missing = hinted.filter(one => !tracks.has(keyOf(one)));
  if (missing.length > 0) {
    const found = follow(shot, { missing, requested: new Set(requested), key: canonicalJson(about) }, context, signal);
    found.catch(() => {
      for (const one of missing) tracks.delete(keyOf(one)); // a later request tries again
    });
    for (const [place, one] of missing.entries())
      tracks.set(
        keyOf(one),
        found.then(all => [all[place]!]),
      );
  }
  const all = await Promise.all(
    hinted.map(async one => (await tracks.get(keyOf(one))!).map(track => ({ ...track, hint: one.hint }))),
  );
  for (const key of tracks.keys()) {
    if (tracks.size <= MAX_TRACKS) break;
    tracks.delete(key);
  }
  return all.flat();
}

interface Wanted {
  readonly missing: readonly { readonly index: number; readonly hint: Hint }[];
  /** Keyframes that the model colours. */
  readonly requested: ReadonlySet<number>;
  readonly key: string;
}

/** In the order of `missing`. */
async function follow(
  shot: PlannedShot,
  { missing, requested, key }: Wanted,
  context: RenderContext,
  signal: AbortSignal | undefined,
): Promise<HintTrack[]> {
  const { hints: memory } = context;
  const hinted = new Map<number, Hint[]>();
  for (const { index, hint } of missing) hinted.set(index, [...(hinted.get(index) ?? []), hint]);
  const kept = memory.looked?.key === key ? memory.looked : undefined;
  const { motion, seen } = kept ? keptLook(kept) : lookThrough(shot, { requested, key }, context, signal);
  const tracks = await followHints({ start: shot.start, end: shot.end, hinted, motion, seen });
  return missing.map(({ index, hint }) => tracks.find(track => track.index === index && track.hint === hint)!);
}

type Look = Pick<FollowedShot, 'motion' | 'seen'>;

function keptLook({ frames, seen }: LookedThrough): Look {
  return {
    async *motion(from, end) {
      yield* frames.filter(({ index }) => index >= from && index < end);
    },
    seen: index => seen.get(index),
  };
}

/**
 * Decodes a shot on the working grid for each request. The first time, the model's features are predicted at keyframes.
 */
function lookThrough(
  shot: PlannedShot,
  { requested, key }: Pick<Wanted, 'requested' | 'key'>,
  context: RenderContext,
  signal: AbortSignal | undefined,
): Look {
  const { film, threads, colorizer, known } = context;
  const { format } = film;
  const options = { threads, grid: workingGrid(format.width, format.height), format };
  const sees = colorizer && givesFeatures(colorizer.card) ? colorizer : undefined;
  const seen = new Map<number, Promise<FeatureMap | undefined>>();
  const times = new Map([[shot.start, shot.startTicks]]);
  async function* looked(frames: AsyncIterable<Frame>): AsyncGenerator<Frame> {
    for await (const frame of frames) {
      times.set(frame.index, frame.ticks);
      if (sees && requested.has(frame.index) && !seen.has(frame.index)) {
        const message = predictChroma(frame, sees, { format, known }).then(({ features }) => features);
        seen.set(frame.index, handledLater(message));
      }
      yield frame;
    }
  }
  return {
    async *motion(from, end) {
      const held: MotionFrame[] = [];
      const keeps = from === shot.start && end === shot.end && end - from <= CACHED_MOTION;
      const stretch = { start: from, startTicks: times.get(from)!, end };
      for await (const frame of readMotion(looked(framesAhead(stretch, context, signal)), options)) {
        if (keeps) held.push(frame);
        yield frame;
      }
      if (keeps) context.hints.looked = { key, frames: held, seen };
    },
    seen: index => seen.get(index),
  };
}

/**
 * The hints of each keyframe, by frame index: visible ones of the shot's other keyframes, then its own, which take precedence.
 */
export function visibleHints(plan: Plan, number: number, tracks: readonly HintTrack[]): Map<number, PlacedHint[]> {
  const shot = plan.shots[number]!;
  return new Map(
    shot.keyframes.map(keyframe => {
      const { index } = keyframe;
      const others = tracks.filter(track => track.index !== index && keyframe.color.kind !== 'picture');
      const carried = others.flatMap(track => hintIn(track, index - shot.start) ?? []);
      return [index, [...carried, ...hintsOf(plan, keyframe)]];
    }),
  );
}

/**
 * A hint at its position in a frame of its shot, counted from the first; undefined where it is not visible. What belongs to a
 * region (polygon, corrections) moves, turns and scales as the visible ones of its tracked places do.
 */
export function hintIn(track: HintTrack, place: number): PlacedHint | undefined {
  const { hint, look } = track;
  const ways = [track, ...track.seeds].filter(({ x }) => !Number.isNaN(x[place]));
  const [first] = ways;
  if (!first) return undefined;
  const to = { x: first.x[place]!, y: first.y[place]! };
  if (!isRegion(hint)) return hintAt(hint, to);
  const origin = track.index - track.start;
  const pairs = ways.map(({ x, y }) => ({ from: { x: x[origin]!, y: y[origin]! }, to: { x: x[place]!, y: y[place]! } }));
  const seeds = pairs.map(({ to }) => [to.x, to.y] as const);
  return { ...mapPlaces(hint, similarity(pairs)), ...to, look, seeds };
}
