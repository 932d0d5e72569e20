import { locate, newTaps, valueAt } from '../../kernels/flow/warp.ts';
import { type Look, likeness, likenessTo, lookAt } from '../../kernels/hints/look.ts';
import { findPatch, type Patch, patchAt, patchDifference } from '../../kernels/hints/patch.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { FlowField } from '../../media/fields/flow-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { Hint } from '../../media/plan/hint.ts';
import type { MotionFrame } from './shot-motion.ts';

/** Frames whose motion is held at once, half a MB each: what lies farther back is read again. */
const HELD = 250;
/** A dot is hidden where the way there and back again misses by more than this, in cells. */
const ROUND_TRIP = 1.5;
/** ... or where the gray under it has changed by more than this from one frame to the next, in 8-bit levels, ... */
const GRAY_STEP = 24;
/** ... or all of the patch around it, from one frame to the next. */
const PATCH_STEP = 14;
/** What was hidden is found again where the picture differs from how it looked by no more than this, ... */
const FOUND = 8;
/** ... near where it would be: within so many cells, and one more with each frame that it was hidden, up to the most. */
const SEARCH = { least: 2, most: 10 } as const;
/** Cells around a dot that are compared, to each side. */
const PATCH = { least: 2, most: 5 } as const;
/** At keyframes a dot must lie on what the model sees as alike; and what was hidden is found wherever something so much alike lies. */
const SAME = 0.4;
const AGAIN = 0.75;
/** Likeness that a place loses with its distance, per height of the picture; and levels by which its gray may differ. */
const FARTHER = 0.25;
const GRAY_AGAIN = 20;

/** Where a hint lies in each frame of its shot, from the shot's first on, in shares of the picture; NaN where it is not seen. */
export interface HintTrack {
  /** The frame that it was put on. */
  readonly index: number;
  readonly hint: Hint;
  readonly x: Float32Array;
  readonly y: Float32Array;
}

export interface FollowedShot {
  readonly start: number;
  readonly end: number;
  readonly hinted: ReadonlyMap<number, readonly Hint[]>;
  /** Motion from a frame on. The first one's is not needed. */
  motion(from: number, end: number): AsyncIterable<MotionFrame>;
  /** What a frame shows, where the model says so and it is worth asking: at keyframes. */
  seen(index: number): Promise<FeatureMap | undefined> | undefined;
}

/** A hint on its way. */
interface Dot {
  readonly track: HintTrack;
  /** In cells. While it is hidden: where it would be if it went with the camera. */
  readonly x: number;
  readonly y: number;
  readonly hidden: number;
  /** As it looked when it was put, and when it was last seen. */
  readonly first: Patch;
  readonly last: Patch;
  readonly look: Look | undefined;
}

/**
 * Follow hints through their shot, both ways: along the flow while that closes and what lies under them looks the same; hidden, they are looked
 * for where they would be, and at keyframes wherever the model sees the like. What is not found is not told: NaN.
 */
export async function followHints(shot: FollowedShot): Promise<HintTrack[]> {
  const { start, end, hinted } = shot;
  const length = end - start;
  const tracks = [...hinted].flatMap(([index, hints]) =>
    hints.map(hint => ({ index, hint, x: new Float32Array(length).fill(NaN), y: new Float32Array(length).fill(NaN) })),
  );
  if (tracks.length === 0) return tracks;
  let held: MotionFrame[] = [];
  let dots: Dot[] = [];
  for await (const now of shot.motion(start, end)) {
    const before = held.at(-1);
    if (before && now.link)
      dots = moved(dots, { ...now.link, way: 'forth', from: before.gray, to: now.gray, camera: now.camera });
    dots = await seenAgain(dots, now, shot);
    note(dots, now, start);
    dots = [...dots, ...(await begun(tracks, now, shot))];
    held.push(now);
    if (held.length > HELD) held.shift();
  }
  dots = [];
  for (let at = held.length - 1; at >= 0; at--) {
    const now = held[at]!;
    dots = await seenAgain(dots, now, shot);
    note(dots, now, start);
    dots = [...dots, ...(await begun(tracks, now, shot))];
    if (at === 0 && now.index > start) {
      const from = Math.max(start, now.index - HELD);
      const earlier: MotionFrame[] = [];
      for await (const frame of shot.motion(from, now.index)) earlier.push(frame);
      held = [...earlier, now];
      at = held.length - 1;
      // The motion between the two stretches is this frame's own, or, if it was the first of a stretch, lost: then it is read again with it.
      if (!now.link) held = await withLink(shot, held);
    }
    const { link, camera, gray } = held[at]!;
    const earlier = held[at - 1];
    if (link && earlier) {
      const back = { x: -camera.x, y: -camera.y };
      dots = moved(dots, { ...link, way: 'back', from: gray, to: earlier.gray, camera: back });
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

/** The dots that are put on a frame. */
async function begun(tracks: readonly HintTrack[], now: MotionFrame, shot: FollowedShot): Promise<Dot[]> {
  const own = tracks.filter(({ index }) => index === now.index);
  if (own.length === 0) return [];
  const seen = await shot.seen(now.index);
  return own.map(track => {
    const { hint } = track;
    const { width, height } = now.gray;
    const [x, y] = [hint.x * width, hint.y * height];
    const reach = Math.max(PATCH.least, Math.min(PATCH.most, Math.round(hint.radius * Math.min(width, height))));
    const patch = patchAt(now.gray, { x, y }, reach);
    track.x[now.index - shot.start] = hint.x;
    track.y[now.index - shot.start] = hint.y;
    return { track, x, y, hidden: 0, first: patch, last: patch, look: seen && lookAt(seen, hint, hint.radius) };
  });
}

function note(dots: readonly Dot[], { index, gray }: MotionFrame, start: number): void {
  for (const { track, x, y, hidden } of dots) {
    if (hidden > 0) continue;
    track.x[index - start] = x / gray.width;
    track.y[index - start] = y / gray.height;
  }
}

interface Step {
  readonly forth: FlowField;
  readonly back: FlowField;
  readonly way: 'forth' | 'back';
  readonly from: Plane<Uint8Array>;
  readonly to: Plane<Uint8Array>;
  readonly camera: { readonly x: number; readonly y: number };
}

function moved(dots: readonly Dot[], step: Step): Dot[] {
  const [there, back] = step.way === 'forth' ? [step.forth, step.back] : [step.back, step.forth];
  return dots.map(dot => {
    if (dot.hidden > 0) return lookedFor(dot, step);
    const next = along(there, dot);
    const home = along(back, next);
    const patch = patchAt(step.to, next, dot.first.reach);
    const seen =
      isInside(next, step.to) &&
      Math.hypot(home.x - dot.x, home.y - dot.y) <= ROUND_TRIP &&
      Math.abs(grayAt(step.from, dot) - grayAt(step.to, next)) <= GRAY_STEP &&
      patchDifference(patch, dot.last) <= PATCH_STEP;
    return seen ? { ...dot, ...next, last: patch } : lookedFor(dot, step);
  });
}

/** What is hidden goes with the camera, and is found where the picture looks again as it did. */
function lookedFor(dot: Dot, { camera, to }: Step): Dot {
  const would = { x: dot.x + camera.x, y: dot.y + camera.y };
  const window = Math.min(SEARCH.most, SEARCH.least + dot.hidden);
  const { spot, difference } = findPatch(to, [dot.first, dot.last], would, window);
  if (difference > FOUND) return { ...dot, ...would, hidden: dot.hidden + 1 };
  return { ...dot, ...spot, hidden: 0 };
}

/** At a keyframe, the model's word: what lies under a dot must be the like of what it was put on. */
async function seenAgain(dots: readonly Dot[], now: MotionFrame, shot: FollowedShot): Promise<Dot[]> {
  if (!dots.some(({ look }) => look)) return [...dots];
  const seen = await shot.seen(now.index);
  if (!seen) return [...dots];
  const { width, height } = now.gray;
  return dots.map(dot => {
    const { look, track, hidden } = dot;
    if (!look) return dot;
    const place = { x: dot.x / width, y: dot.y / height };
    if (hidden === 0 && likeness(lookAt(seen, place, track.hint.radius), look) >= SAME) return dot;
    const found = likest(seen, look, { place, dot, gray: now.gray });
    if (!found) return { ...dot, hidden: Math.max(1, hidden) };
    const spot = { x: found.x * width, y: found.y * height };
    return { ...dot, ...spot, hidden: 0, last: patchAt(now.gray, spot, dot.first.reach) };
  });
}

/** The place of a map that is most like a look, the nearer the rather; undefined where nothing is. */
function likest(
  seen: FeatureMap,
  look: Look,
  { place, dot, gray }: { place: { x: number; y: number }; dot: Dot; gray: Plane<Uint8Array> },
): { x: number; y: number } | undefined {
  const alike = likenessTo(seen, look);
  const aspect = gray.width / gray.height;
  let best: { x: number; y: number; score: number } | undefined;
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

interface Place {
  readonly x: number;
  readonly y: number;
}

const isInside = ({ x, y }: Place, { width, height }: Plane<Uint8Array>) => x >= 0 && y >= 0 && x < width && y < height;

/** Cells count from their corners here, fields from their centres. */
function along(flow: FlowField, { x, y }: Place): Place {
  const taps = newTaps();
  locate(taps, x - 0.5, y - 0.5, flow);
  return { x: x + valueAt(flow.data, taps, 2, 0), y: y + valueAt(flow.data, taps, 2, 1) };
}

function grayAt(gray: Plane<Uint8Array>, { x, y }: Place): number {
  const taps = newTaps();
  locate(taps, x - 0.5, y - 0.5, gray);
  return valueAt(gray.data, taps);
}
