import type { CameraPath } from './camera-path.ts';
import { frameSimilarity } from './frame-similarity.ts';
import type { FrameSketch } from './frame-sketch.ts';

/** Frames on either side of the flat one within which a flash returns to full contrast. */
const REACH = 8;
/** A frame with less than this share of the contrast on both sides is part of the dip. */
const DIP_SHARE = 0.6;
/** If one side stays below this share of its full contrast, the picture is absent there; that side is dust on a flat ground. */
const MIN_RETURN = 0.4;
/** A dip of at most this many frames is always a flash; up to the longer bound it is one if the same take continues. */
const SURE_LENGTH = 4;
const MAX_LENGTH = 6;
/** Frames more similar than this across a flash are of one take; unrelated ones rarely are. */
const SAME = 0.5;
/** Frames before a flash from which the camera's speed is estimated. */
const RUN_UP = 4;

/**
 * Whether a flat frame belongs to a flash rather than to a fade. A fade changes slowly on either side or stays flat; a flash
 * returns to full contrast within a few frames. `flat`, `picture`: entries of `sketches`, the ends of a possible fade.
 */
export function isFlash(
  sketches: readonly FrameSketch[],
  { flat, picture }: { flat: number; picture: number },
  path: CameraPath,
): boolean {
  const contrast = (at: number) => sketches[at]?.contrast ?? 0;
  let middle = flat;
  for (const at of [flat - 1, flat + 1]) if (sketches[at] && contrast(at) < contrast(middle)) middle = at;
  const [ahead, beyond] = [secondHighest(i => contrast(middle - i)), secondHighest(i => contrast(middle + i))];
  const dipContrast = DIP_SHARE * Math.min(ahead, beyond);
  const full = Math.max(contrast(picture), ahead, beyond);
  if (contrast(middle) >= dipContrast || Math.min(ahead, beyond) < MIN_RETURN * full) return false;
  let [before, after] = [middle - 1, middle + 1];
  while (contrast(before) < dipContrast) before--;
  while (contrast(after) < dipContrast) after++;
  const length = after - before - 1;
  return length <= SURE_LENGTH || (length <= MAX_LENGTH && takeContinues(sketches, { before, after }, path));
}

/** The second highest contrast within reach; the highest may be a blotch. */
function secondHighest(contrast: (distance: number) => number): number {
  return Array.from({ length: REACH }, (_, i) => contrast(i + 1)).sort((a, b) => b - a)[1]!;
}

/** Whether the same take is on both sides, static or moved at the camera's earlier speed. */
function takeContinues(
  sketches: readonly FrameSketch[],
  { before, after }: { before: number; after: number },
  path: CameraPath,
): boolean {
  const [from, to] = [sketches[before]!, sketches[after]!];
  const ahead = sketches[Math.max(0, before - RUN_UP)]!;
  const motion = path.between(ahead.index, from.index);
  const ratio = (after - before) / Math.max(1, from.index - ahead.index);
  const extrapolated = { x: Math.round(motion.x * ratio), y: Math.round(motion.y * ratio) };
  return [{ x: 0, y: 0 }, extrapolated].some(shift => frameSimilarity(from, to, shift).similarity > SAME);
}
