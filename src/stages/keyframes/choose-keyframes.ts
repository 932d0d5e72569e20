import { KinemacolorError } from '../../errors.ts';
import type { Keyframe } from '../../media/plan/keyframe.ts';
import type { Shot } from '../../media/plan/shot.ts';

/**
 * `given`: only the user's pictures are keyframes. `given-and-automatic`: the model colours additional frames where they are far
 * apart.
 */
export type KeyframeOrigin = 'given' | 'given-and-automatic';

export interface ChooseKeyframesOptions {
  /** Maximum distance between adjacent keyframes, in frames: an integer from 1 (every frame is a keyframe). */
  readonly every: number;
  /** The user's keyframes, sorted by index. Those outside the shot are ignored. */
  readonly given: readonly Keyframe[];
  readonly only: KeyframeOrigin;
  /** Whether colour can be carried between two frames farther apart than `every`. Default: never. */
  readonly carries?: ((from: number, to: number) => boolean) | undefined;
}

/**
 * Chooses the keyframes of one shot: sorted by index, inside the shot, unique.
 * A steady shot gets its first and last frame and evenly spaced ones in between, at most `every` frames apart. The user's
 * pictures stay where they are; automatic keyframes only fill gaps longer than `every`, and ends more than half of it from a
 * picture. Those that `carries` makes needless are left out. A dissolve or fade gets its two ends, the unmixed pictures its
 * colour is blended from. Throws `usage` if `every` is no integer >= 1.
 */
export function chooseKeyframes(shot: Shot, options: ChooseKeyframesOptions): Keyframe[] {
  const { every, given, only, carries = () => false } = options;
  if (!Number.isInteger(every) || every < 1) {
    throw new KinemacolorError(
      'usage',
      `Expected a whole number of frames from 1 between keyframes, received ${every}; choose another.`,
    );
  }
  const own = given.filter(({ index }) => index >= shot.start && index < shot.end);
  if (only === 'given' || shot.end <= shot.start) return own;
  const first = shot.start;
  const last = shot.end - 1;
  if (shot.kind !== 'steady') return withAutomatic(own, [first, last]);
  const anchors = steadyAnchors(own, first, last, every);
  return withAutomatic(own, leaveOut(fillGaps(anchors, every), new Set(anchors), carries));
}

/** Keyframes that are independent of the spacing: the user's, and ends of the shot without a picture nearby. */
function steadyAnchors(own: readonly Keyframe[], first: number, last: number, every: number): number[] {
  const anchors = own.map(({ index }) => index);
  if (anchors.length === 0) return first === last ? [first] : [first, last];
  if (anchors[0]! - first > every / 2) anchors.unshift(first);
  if (last - anchors[anchors.length - 1]! > every / 2) anchors.push(last);
  return anchors;
}

/** Evenly spaced frames in every gap longer than `every`, as few as possible. */
function fillGaps(anchors: readonly number[], every: number): number[] {
  const filled = anchors.slice(0, 1);
  for (let i = 1; i < anchors.length; i++) {
    const from = anchors[i - 1]!;
    const gap = anchors[i]! - from;
    const steps = Math.ceil(gap / every);
    for (let step = 1; step <= steps; step++) filled.push(from + Math.round((step * gap) / steps));
  }
  return filled;
}

/** Frames without those, `fixed` ones and the two ends apart, that colour can be carried across from the last one that stays. */
export function leaveOut(
  indexes: readonly number[],
  fixed: ReadonlySet<number>,
  carries: (from: number, to: number) => boolean,
): number[] {
  const kept = indexes.slice(0, 1);
  for (let i = 1; i < indexes.length; i++) {
    const next = indexes[i + 1];
    const needless = next !== undefined && !fixed.has(indexes[i]!) && carries(kept.at(-1)!, next);
    if (!needless) kept.push(indexes[i]!);
  }
  return kept;
}

function withAutomatic(own: readonly Keyframe[], indexes: readonly number[]): Keyframe[] {
  const byIndex = new Map<number, Keyframe>();
  for (const index of indexes) byIndex.set(index, { index, color: { kind: 'model' } });
  for (const keyframe of own) byIndex.set(keyframe.index, keyframe);
  return [...byIndex.values()].sort((a, b) => a.index - b.index);
}
