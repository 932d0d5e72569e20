/** Mean chroma of consecutive frames, in 8-bit code values relative to neutral. */
export interface ChromaTrack {
  readonly cb: readonly number[];
  readonly cr: readonly number[];
}

/**
 * How smoothly colour passes through keyframes. A step is the distance between the mean chroma of consecutive frames; the jump of
 * a keyframe inside a shot is the larger of the steps before and after it. In 8-bit code values.
 */
export interface KeyframeJumps {
  /** Keyframes that have a frame on both sides. */
  readonly count: number;
  /** Mean jump. */
  readonly jump: number;
  /** Median of all other steps. */
  readonly typical: number;
  /** The keyframe with the largest jump, by its position in the track. */
  readonly worst: { readonly frame: number; readonly jump: number };
}

/** `keyframes`: positions in the track, from 0. Undefined if no keyframe has a frame on both sides. */
export function keyframeJumps(track: ChromaTrack, keyframes: readonly number[]): KeyframeJumps | undefined {
  const last = track.cb.length - 1;
  const inner = keyframes.filter(place => place > 0 && place < last);
  if (inner.length === 0) return undefined;
  const stepTo = (place: number) => Math.hypot(track.cb[place]! - track.cb[place - 1]!, track.cr[place]! - track.cr[place - 1]!);
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
