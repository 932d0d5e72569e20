import type { CameraPath } from './camera-path.ts';
import { frameSimilarity } from './frame-similarity.ts';
import type { FrameSketch } from './frame-sketch.ts';

/** Frames more similar than this are of one take. Dissolves in half of the labelled set stayed below 0.59. */
const MAX_SIMILARITY = 0.6;
/** Share of the picture found unchanged above which a large object moved through a static picture. */
const MAX_UNCHANGED = 0.19;
/** Both combined: moderately similar and partly unchanged is one take, too. A large object crossing worn film reaches 0.75. */
const MAX_COMBINED = 0.72;
/** Frames examined on each side of the window, and the step. A shaking camera returns within a few frames. */
const AROUND = 5;
const STEP = 2;
const NO_SHIFT = { x: 0, y: 0 };

/**
 * Whether any frame before a window resembles one after it, in place or camera-compensated. `first`, `last`: entries of
 * `sketches`, the last frame before and the first after.
 */
export function sameTake(
  sketches: readonly FrameSketch[],
  { first, last }: { first: number; last: number },
  path: CameraPath,
): boolean {
  for (let before = first; before >= Math.max(0, first - AROUND); before -= STEP) {
    for (let after = last; after < Math.min(sketches.length, last + AROUND); after += STEP) {
      const [from, to] = [sketches[before]!, sketches[after]!];
      for (const shift of [NO_SHIFT, path.between(from.index, to.index)]) {
        const { similarity, unchanged } = frameSimilarity(from, to, shift);
        if (similarity > MAX_SIMILARITY || unchanged > MAX_UNCHANGED || similarity + unchanged > MAX_COMBINED) return true;
      }
    }
  }
  return false;
}
