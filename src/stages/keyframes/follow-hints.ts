import { locate, newTaps, valueAt } from '../../kernels/flow/warp.ts';
import { type Look, likeness, likenessTo, lookAt } from '../../kernels/hints/look.ts';
import { findPatch, type Patch, patchAt, patchDifference, type Spot } from '../../kernels/hints/patch.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { FlowField } from '../../media/fields/flow-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { type Hint, isRegion } from '../../media/plan/hint.ts';
import { hintCells } from './hint-field.ts';
import type { MotionFrame } from './shot-motion.ts';
import { spreadPlaces } from './spread-places.ts';

/** Frames whose motion is in memory at a time, half a MB each. Earlier ones are computed again. */
const HELD = 250;
/** A dot is occluded if its forward-backward consistency error exceeds this many cells. */
const MAX_CONSISTENCY_ERROR = 1.5;
/** A dot is also occluded if the gray under it changes by more than this between frames, in 8-bit levels. */
const GRAY_STEP = 24;
/** The same for the whole patch around it. */
const PATCH_STEP = 14;
/** An occluded dot is recovered where its patch differs from the picture by at most this, in 8-bit levels. */
const FOUND = 8;
/**
 * Search radius for an occluded dot around its predicted position, in cells. Grows by one per frame of occlusion, up to the
 * maximum.
 */
const SEARCH = { min: 2, max: 10 } as const;
/**
 * A dot that differs by more than `LIKE` levels from when it was set goes back to where the camera's motion alone would have led
 * it, once the difference there is at most this share of its own: flow drags a lawn's dot before the feet of who walks over it.
 */
const LIKE = 4;
const BACK = 0.7;
/** Size of the compared patch: cells on each side of the dot, minimum and maximum. */
const PATCH = { min: 2, max: 5 } as const;
/**
 * Minimum feature similarity at keyframes, between the place under a dot and where it was set; occluded dots are also recovered
 * at any place this similar.
 */
const SAME = 0.55;
const AGAIN = 0.75;
/** Similarity lost per picture height of distance, and tolerance for gray in 8-bit levels. */
const FARTHER = 0.25;
const GRAY_AGAIN = 20;

/** Places of a region that are tracked beside its own, so that it survives the occlusion of any of them. */
const SEEDS = 8;

/**
 * Positions of a hint in each frame of its shot, from the shot's first, in shares of the picture; NaN where it is not visible.
 */
export interface HintTrack {
  /** The shot's first frame, and the frame it was set on. */
  readonly start: number;
  readonly index: number;
  readonly hint: Hint;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Of a region: positions of other places inside, each tracked on its own. */
  readonly seeds: readonly Positions[];
  /** Features of what it was set on; undefined if the model has none. */
  look: Look | undefined;
}

/** As those of a track. */
interface Positions {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

export interface FollowedShot {
  readonly start: number;
  readonly end: number;
  readonly hinted: ReadonlyMap<number, readonly Hint[]>;
  /** Motion from a frame on. That of the first frame may be missing. */
  motion(from: number, end: number): AsyncIterable<MotionFrame>;
  /** Features of a frame; undefined if the model has none or the frame is no keyframe. */
  seen(index: number): Promise<FeatureMap | undefined> | undefined;
}

/** A tracked hint. */
interface Dot {
  readonly track: HintTrack;
  /** Where its positions are recorded: the track itself, or a seed. */
  readonly positions: Positions;
  /** In cells. While occluded: predicted from the camera's motion. */
  readonly x: number;
  readonly y: number;
  readonly hidden: number;
  /** Where it last looked as when it was set, moved with the camera since. */
  readonly home: Spot;
  /** Appearance when it was set, and when last visible. */
  readonly first: Patch;
  readonly last: Patch;
  readonly look: Look | undefined;
}

/**
 * Tracks hints through their shot in both directions: along the flow while it is consistent and the appearance is unchanged.
 * Occluded ones are searched near their predicted position, and at keyframes wherever the features are similar. Positions are NaN
 * while a hint is not visible.
 */
export async function followHints(shot: FollowedShot): Promise<HintTrack[]> {
  const { start, end, hinted } = shot;
  const length = end - start;
  const newPositions = (): Positions => ({ x: new Float32Array(length).fill(NaN), y: new Float32Array(length).fill(NaN) });
  const tracks = [...hinted].flatMap(([index, hints]) =>
    hints.map((hint): HintTrack => {
      const seeds = isRegion(hint) ? Array.from({ length: SEEDS }, newPositions) : [];
      return { start, index, hint, ...newPositions(), seeds, look: undefined };
    }),
  );
  if (tracks.length === 0) return tracks;
  let held: MotionFrame[] = [];
  let dots: Dot[] = [];
  for await (const now of shot.motion(start, end)) {
    const before = held.at(-1);
    if (before && now.link)
      dots = moved(dots, { ...now.link, way: 'forward', from: before.gray, to: now.gray, camera: now.camera });
    dots = await checkFeatures(dots, now, shot);
    note(dots, now, start);
    dots = [...dots, ...(await dotsSetOn(tracks, now, shot))];
    held.push(now);
    if (held.length > HELD) held.shift();
  }
  dots = [];
  for (let at = held.length - 1; at >= 0; at--) {
    const now = held[at]!;
    dots = await checkFeatures(dots, now, shot);
    note(dots, now, start);
    dots = [...dots, ...(await dotsSetOn(tracks, now, shot))];
    if (at === 0 && now.index > start) {
      const from = Math.max(start, now.index - HELD);
      const earlier: MotionFrame[] = [];
      for await (const frame of shot.motion(from, now.index)) earlier.push(frame);
      held = [...earlier, now];
      at = held.length - 1;
      // The motion between two stretches belongs to this frame. If the frame was the first of a stretch, its motion is missing
      // and is read again.
      if (!now.link) held = await withLink(shot, held);
    }
    const { link, camera, gray } = held[at]!;
    const earlier = held[at - 1];
    if (link && earlier) {
      const backward = { x: -camera.x, y: -camera.y };
      dots = moved(dots, { ...link, way: 'backward', from: gray, to: earlier.gray, camera: backward });
    }
  }
  return tracks;
}

async function withLink(shot: FollowedShot, held: MotionFrame[]): Promise<MotionFrame[]> {
  const last = held.at(-1)!;
  for await (const frame of shot.motion(last.index - 1, last.index + 1))
    if (frame.index === last.index) return [...held.slice(0, -1), frame];
  return held;
}

/** The dots set on a frame. */
async function dotsSetOn(tracks: readonly HintTrack[], now: MotionFrame, shot: FollowedShot): Promise<Dot[]> {
  const own = tracks.filter(({ index }) => index === now.index);
  if (own.length === 0) return [];
  const seen = await shot.seen(now.index);
  const { width, height } = now.gray;
  const at = now.index - shot.start;
  return own.flatMap(track => {
    const { hint, seeds } = track;
    const dotAt = (positions: Positions, place: Spot, reach: number, radius: number): Dot => {
      positions.x[at] = place.x;
      positions.y[at] = place.y;
      const spot = { x: place.x * width, y: place.y * height };
      const patch = patchAt(now.gray, spot, reach);
      const look = seen && lookAt(seen, place, radius);
      return { track, positions, ...spot, home: spot, hidden: 0, first: patch, last: patch, look };
    };
    const reach = Math.max(PATCH.min, Math.min(PATCH.max, Math.round(hint.radius * Math.min(width, height))));
    track.look = seen && lookAt(seen, hint, hint.radius);
    const places = seeds.length === 0 ? [] : spreadPlaces(hintCells(hint, now.gray), now.gray, seeds.length);
    return [dotAt(track, hint, reach, hint.radius), ...places.map((place, seed) => dotAt(seeds[seed]!, place, PATCH.min, 0))];
  });
}

function note(dots: readonly Dot[], { index, gray }: MotionFrame, start: number): void {
  for (const { positions, x, y, hidden } of dots) {
    if (hidden > 0) continue;
    positions.x[index - start] = x / gray.width;
    positions.y[index - start] = y / gray.height;
  }
}

interface Step {
  readonly forward: FlowField;
  readonly backward: FlowField;
  readonly way: 'forward' | 'backward';
  readonly from: Plane<Uint8Array>;
  readonly to: Plane<Uint8Array>;
  readonly camera: Spot;
}

function moved(dots: readonly Dot[], step: Step): Dot[] {
  const [there, opposite] = step.way === 'forward' ? [step.forward, step.backward] : [step.backward, step.forward];
  return dots.map(one => {
    const { first } = one;
    const dot = { ...one, home: { x: one.home.x + step.camera.x, y: one.home.y + step.camera.y } };
    if (dot.hidden > 0) return atHome(dot, Number.POSITIVE_INFINITY, step) ?? searchOccluded(dot, step);
    const next = along(there, dot);
    const returned = along(opposite, next);
    const patch = patchAt(step.to, next, first.reach);
    const seen =
      isInside(next, step.to) &&
      Math.hypot(returned.x - dot.x, returned.y - dot.y) <= MAX_CONSISTENCY_ERROR &&
      Math.abs(grayAt(step.from, dot) - grayAt(step.to, next)) <= GRAY_STEP &&
      patchDifference(patch, dot.last) <= PATCH_STEP;
    const difference = patchDifference(patch, first);
    if (seen && difference <= LIKE) return { ...dot, ...next, home: next, last: patch };
    return atHome(dot, difference, step) ?? (seen ? { ...dot, ...next, last: patch } : searchOccluded(dot, step));
  });
}

/** A dot that is back at its home; undefined where that differs too much from when it was set. `difference`: its own. */
function atHome(dot: Dot, difference: number, { to }: Step): Dot | undefined {
  const { home, first } = dot;
  if (!isInside(home, to)) return undefined;
  const patch = patchAt(to, home, first.reach);
  if (patchDifference(patch, first) > Math.min(FOUND, BACK * difference)) return undefined;
  return { ...dot, ...home, hidden: 0, last: patch };
}

/** Occluded dots follow the camera and are recovered where the picture matches their appearance again. */
function searchOccluded(dot: Dot, { camera, to }: Step): Dot {
  const would = { x: dot.x + camera.x, y: dot.y + camera.y };
  const window = Math.min(SEARCH.max, SEARCH.min + dot.hidden);
  const { spot, difference } = findPatch(to, [dot.first, dot.last], would, window);
  if (difference > FOUND) return { ...dot, ...would, hidden: dot.hidden + 1 };
  return { ...dot, ...spot, hidden: 0 };
}

/** At a keyframe, compares the features under a dot with those where it was set. */
async function checkFeatures(dots: readonly Dot[], now: MotionFrame, shot: FollowedShot): Promise<Dot[]> {
  if (!dots.some(({ look }) => look)) return [...dots];
  const seen = await shot.seen(now.index);
  if (!seen) return [...dots];
  const { width, height } = now.gray;
  return dots.map(dot => {
    const { look, track, positions, hidden } = dot;
    const radius = positions === track ? track.hint.radius : 0;
    if (!look) return dot;
    const place = { x: dot.x / width, y: dot.y / height };
    if (hidden === 0 && likeness(lookAt(seen, place, radius), look) >= SAME) return dot;
    // Of a region, only its own place is searched everywhere: all at once would find the same one.
    const found = positions === track ? mostSimilar(seen, look, { place, dot, gray: now.gray }) : undefined;
    // What it looked like last is then what stands before it: it is searched by its first appearance alone.
    if (!found) return { ...dot, last: dot.first, hidden: Math.max(1, hidden) };
    const spot = { x: found.x * width, y: found.y * height };
    return { ...dot, ...spot, hidden: 0, last: patchAt(now.gray, spot, dot.first.reach) };
  });
}

/** Most similar place of a feature map, with a preference for near ones; undefined if none is similar. */
function mostSimilar(
  seen: FeatureMap,
  look: Look,
  { place, dot, gray }: { place: Spot; dot: Dot; gray: Plane<Uint8Array> },
): Spot | undefined {
  const alike = likenessTo(seen, look);
  const aspect = gray.width / gray.height;
  let best: (Spot & { score: number }) | undefined;
  for (let i = 0; i < alike.length; i++) {
    if (alike[i]! < AGAIN) continue;
    const x = ((i % seen.width) + 0.5) / seen.width;
    const y = (Math.floor(i / seen.width) + 0.5) / seen.height;
    const score = alike[i]! - FARTHER * Math.hypot((x - place.x) * aspect, y - place.y);
    if (best && score <= best.score) continue;
    const { mean } = patchAt(gray, { x: x * gray.width, y: y * gray.height }, dot.first.reach);
    if (Math.min(Math.abs(mean - dot.first.mean), Math.abs(mean - dot.last.mean)) <= GRAY_AGAIN) best = { x, y, score };
  }
  return best;
}

const isInside = ({ x, y }: Spot, { width, height }: Plane<Uint8Array>) => x >= 0 && y >= 0 && x < width && y < height;

/** Dots are measured from the corners of cells, fields from their centres. */
function along(flow: FlowField, { x, y }: Spot): Spot {
  const taps = newTaps();
  locate(taps, x - 0.5, y - 0.5, flow);
  return { x: x + valueAt(flow.data, taps, 2, 0), y: y + valueAt(flow.data, taps, 2, 1) };
}

function grayAt(gray: Plane<Uint8Array>, { x, y }: Spot): number {
  const taps = newTaps();
  locate(taps, x - 0.5, y - 0.5, gray);
  return valueAt(gray.data, taps);
}
