import type { Keyframe } from './keyframe.ts';
import type { Shot } from './shot.ts';

/**
 * Frames start <= index < end of one shot between two neighbouring keyframes. `left` and `right` are the keyframes at its ends:
 * both inside the span (left.index === start, right.index === end - 1), or one of them absent at an end of the shot that has none.
 * Neighbouring spans share their keyframe's frame; it is rendered by the span on its left (the first span renders both ends).
 */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly left: Keyframe | undefined;
  readonly right: Keyframe | undefined;
}

/** Cut a shot at its keyframes (sorted, all inside the shot). A shot without a keyframe is one span without ends. */
export function spansOf(shot: Shot, keyframes: readonly Keyframe[]): Span[] {
  if (keyframes.length === 0) return [{ start: shot.start, end: shot.end, left: undefined, right: undefined }];
  const spans: Span[] = [];
  const first = keyframes[0]!;
  const last = keyframes[keyframes.length - 1]!;
  if (first.index > shot.start) spans.push({ start: shot.start, end: first.index + 1, left: undefined, right: first });
  for (let i = 1; i < keyframes.length; i++) {
    const left = keyframes[i - 1]!;
    const right = keyframes[i]!;
    spans.push({ start: left.index, end: right.index + 1, left, right });
  }
  if (last.index < shot.end - 1 || spans.length === 0) {
    spans.push({ start: last.index, end: shot.end, left: last, right: undefined });
  }
  return spans;
}
