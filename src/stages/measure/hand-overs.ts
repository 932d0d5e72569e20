/** Mean chroma of consecutive frames, in 8-bit code values away from neutral. */
export interface ChromaCourse {
  readonly cb: readonly number[];
  readonly cr: readonly number[];
}

/**
 * How smoothly colour passes from one keyframe to the next. A step is the distance between the mean chroma of two neighbouring frames;
 * the steps into and out of a keyframe inside a shot are its hand-over. All in 8-bit code values.
 */
export interface HandOvers {
  readonly count: number;
  /** Mean over the hand-overs of the larger of its two steps. */
  readonly jump: number;
  /** Median of all other steps. */
  readonly typical: number;
  /** The keyframe with the largest step, by its place in the course, and that step. */
  readonly worst: { readonly frame: number; readonly jump: number };
}

/** `keyframes`: places in the course, 0 its first frame. Undefined where no keyframe has a frame on both sides. */
export function handOvers(course: ChromaCourse, keyframes: readonly number[]): HandOvers | undefined {
  const last = course.cb.length - 1;
  const inner = keyframes.filter(place => place > 0 && place < last);
  if (inner.length === 0) return undefined;
  const stepTo = (place: number) =>
    Math.hypot(course.cb[place]! - course.cb[place - 1]!, course.cr[place]! - course.cr[place - 1]!);
  const jumps = inner.map(frame => ({ frame, jump: Math.max(stepTo(frame), stepTo(frame + 1)) }));
  const atKeyframe = new Set(inner.flatMap(frame => [frame, frame + 1]));
  const others = Array.from({ length: last }, (_, i) => i + 1).filter(place => !atKeyframe.has(place));
  return {
    count: jumps.length,
    jump: jumps.reduce((sum, { jump }) => sum + jump, 0) / jumps.length,
    typical: median(others.map(stepTo)),
    worst: jumps.reduce((worst, one) => (one.jump > worst.jump ? one : worst)),
  };
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}
