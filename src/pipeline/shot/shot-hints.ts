import { KinemacolorError } from '../../errors.ts';
import { similarity } from '../../kernels/hints/similarity.ts';
import type { Frame } from '../../media/film/frame.ts';
import { type Hint, hintAt, isRegion, mapPlaces } from '../../media/plan/hint.ts';
import { canonicalJson, hintsOf, type Plan, type PlannedShot } from '../../media/plan/plan.ts';
import { followHints, type HintTrack } from '../../stages/keyframes/follow-hints.ts';
import type { PlacedHint } from '../../stages/keyframes/hint-field.ts';
import { workingGrid } from '../../stages/propagate/working-grid.ts';
import type { RenderContext } from '../run/render-context.ts';
import { mixedAs } from './shot-grid.ts';
import { CACHED_MOTION, type LookedStretch, lookThrough } from './stretch-look.ts';

/** Tracks in the cache, a few numbers per frame each. */
const MAX_TRACKS = 400;

interface TrackOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where the hints of other keyframes than this one lie on it; in a long shot, not beyond. Default: all hints, in all frames. */
  readonly on?: Frame | undefined;
}

/** Positions of each hint of a shot in its frames, palette hints included. Empty where hints apply to their own keyframe only. */
export async function hintTracks(
  plan: Plan,
  number: number,
  context: RenderContext,
  { signal, on }: TrackOptions = {},
): Promise<readonly HintTrack[]> {
  const shot = plan.shots[number]!;
  const { format } = context.film;
  const grid = workingGrid(format.width, format.height);
  if (shot.end - shot.start < 2 || mixedAs(shot, grid) !== 'steady') return [];
  const requested = shot.keyframes.filter(({ color }) => color.kind !== 'picture').map(({ index }) => index);
  const hintedKeyframes = shot.keyframes.filter(({ index }) => index !== on?.index);
  const hinted = hintedKeyframes.flatMap(keyframe => hintsOf(plan, keyframe).map(hint => ({ index: keyframe.index, hint })));
  const { tracks } = context.hints;
  type Range = Pick<LookedStretch, 'start' | 'end'>;
  const requestedIn = ({ start, end }: Range) => requested.filter(index => index >= start && index < end);
  const keysIn = (range: Range) =>
    hinted.map(one => canonicalJson([range.start, range.end, requestedIn(range), ...placesOf(one)]));
  const isKnown = keysIn(shot).every(key => tracks.get(key)?.isKnown);
  const stretch = on === undefined || isKnown ? shot : await stretchTo(on.index, hinted, shot, context);
  const keys = keysIn(stretch);
  const missing = hinted.flatMap((one, place) => (tracks.has(keys[place]!) ? [] : [{ ...one, key: keys[place]! }]));
  if (missing.length > 0) {
    const found = follow(stretch, { missing, requested: new Set(requestedIn(stretch)), on }, context, signal);
    for (const [place, { key }] of missing.entries()) {
      const entry = { found: found.then(all => [all[place]!]), isKnown: false };
      tracks.set(key, entry);
      entry.found.then(
        () => Object.assign(entry, { isKnown: true }),
        () => tracks.delete(key), // a later request tries again
      );
    }
  }
  try {
    const all = await Promise.all(
      hinted.map(async (one, place) => (await tracks.get(keys[place]!)!.found).map(track => ({ ...track, hint: one.hint }))),
    );
    return all.flat();
  } catch (cause) {
    // Who asked before and gave up took along what this waited for.
    const gaveUp = cause instanceof KinemacolorError && cause.kind === 'interrupted' && missing.length < hinted.length;
    if (signal?.aborted || !gaveUp) throw cause;
    return hintTracks(plan, number, context, { signal, on });
  } finally {
    for (const key of tracks.keys()) {
      if (tracks.size <= MAX_TRACKS) break;
      tracks.delete(key);
    }
  }
}

interface HintOn {
  readonly index: number;
  readonly hint: Hint;
}

/** All of a hint that decides its positions. */
function placesOf({ index, hint }: HintOn): readonly unknown[] {
  const { x, y, radius, path = [], fill, polygon, corrections = [] } = hint;
  return [index, x, y, radius, isRegion(hint) ? { fill, path, polygon, corrections } : null];
}

/**
 * The frames through which hints are followed to a frame: positions there depend on no other. The whole shot where its motion
 * is cached, and where the time of a frame within it is not known.
 */
async function stretchTo(
  on: number,
  hinted: readonly HintOn[],
  shot: PlannedShot,
  { times }: RenderContext,
): Promise<LookedStretch> {
  if (shot.end - shot.start <= CACHED_MOTION) return shot;
  const frames = [on, ...hinted.map(({ index }) => index)];
  const start = Math.min(...frames);
  const startTicks = await times.of(start, shot);
  const end = Math.max(...frames) + 1;
  return startTicks === undefined ? { ...shot, end } : { start, startTicks, end };
}

interface Wanted {
  readonly missing: readonly HintOn[];
  /** Keyframes that the model colours. */
  readonly requested: ReadonlySet<number>;
  readonly on: Frame | undefined;
}

/** In the order of `missing`. */
async function follow(
  { start, startTicks, end }: LookedStretch,
  { missing, requested, on }: Wanted,
  context: RenderContext,
  signal: AbortSignal | undefined,
): Promise<HintTrack[]> {
  const hinted = new Map<number, Hint[]>();
  for (const { index, hint } of missing) hinted.set(index, [...(hinted.get(index) ?? []), hint]);
  const look = lookThrough({ start, startTicks, end }, { requested, on }, context, signal);
  const tracks = await followHints({ start, end, hinted, ...look });
  return missing.map(({ index, hint }) => tracks.find(track => track.index === index && track.hint === hint)!);
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
      const carried = others.flatMap(track => hintIn(track, index - track.start) ?? []);
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
