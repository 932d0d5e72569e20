import type { CameraPath } from './camera-path.ts';
import { likeness } from './frame-likeness.ts';
import type { FrameSketch } from './frame-sketch.ts';

/** Two frames more alike than this are of one take; the dissolves found in half the labelled set stayed below 0.59. */
const APART = 0.6;
/** Share of the picture found again above which something large moved through a picture that stayed. */
const MAX_AGAIN = 0.19;
/** Both together: somewhat alike and somewhat found again is one take, too; a large object crossing worn film comes to 0.75. */
const MAX_TOGETHER = 0.72;
/** Frames looked at on each side of the window, and the step: a shaken camera is back where it was within a few frames. */
const AROUND = 5;
const STEP = 2;
const STANDING = { x: 0, y: 0 };

/**
 * Does any frame before a window look like one behind it, where it stands or where the camera went? `first`, `last`: entries of
 * `sketches`, the last frame before and the first one behind.
 */
export function sameTake(
  sketches: readonly FrameSketch[],
  { first, last }: { first: number; last: number },
  path: CameraPath,
): boolean {
  for (let before = first; before >= Math.max(0, first - AROUND); before -= STEP) {
    for (let behind = last; behind < Math.min(sketches.length, last + AROUND); behind += STEP) {
      const [from, to] = [sketches[before]!, sketches[behind]!];
      for (const shift of [STANDING, path.between(from.index, to.index)]) {
        const { alike, again } = likeness(from, to, shift);
        if (alike > APART || again > MAX_AGAIN || alike + again > MAX_TOGETHER) return true;
      }
    }
  }
  return false;
}
