import type { CameraPath } from './camera-path.ts';
import { likeness } from './frame-likeness.ts';
import type { FrameSketch } from './frame-sketch.ts';

/** Frames on either side of the flat one in which the picture of a flash is at its full contrast. */
const REACH = 8;
/** A frame with less than this share of the contrast on both sides is part of the dip. */
const SUNK = 0.6;
/** With less than this share of its full contrast on one side the picture is not back there: that side is dust on a flat ground. */
const BACK = 0.4;
/** A dip this short, in frames, is a flash whatever is behind it; one up to the longer bound is if the same take goes on. */
const SURELY = 4;
const AT_MOST = 6;
/** Two frames more alike than this show one take, when no more than a flash is between them; foreign ones rarely are. */
const SAME = 0.5;
/** Frames from which the camera's speed ahead of a flash is told. */
const RUN_UP = 4;

/**
 * Is a flat frame that of a flash, rather than the flat end of a fade? A fade takes its time on either side or stays flat; a flash
 * has the picture back at full contrast within a few frames. `flat`, `picture`: entries of `sketches`, the ends of what may be a fade.
 */
export function isFlash(
  sketches: readonly FrameSketch[],
  { flat, picture }: { flat: number; picture: number },
  path: CameraPath,
): boolean {
  const contrast = (at: number) => sketches[at]?.contrast ?? 0;
  let middle = flat;
  for (const at of [flat - 1, flat + 1]) if (sketches[at] && contrast(at) < contrast(middle)) middle = at;
  const [ahead, beyond] = [usualMost(i => contrast(middle - i)), usualMost(i => contrast(middle + i))];
  const sunk = SUNK * Math.min(ahead, beyond);
  const full = Math.max(contrast(picture), ahead, beyond);
  if (contrast(middle) >= sunk || Math.min(ahead, beyond) < BACK * full) return false;
  let [before, behind] = [middle - 1, middle + 1];
  while (contrast(before) < sunk) before--;
  while (contrast(behind) < sunk) behind++;
  const length = behind - before - 1;
  return length <= SURELY || (length <= AT_MOST && goesOn(sketches, { before, behind }, path));
}

/** The second greatest contrast within reach: the greatest may be a blotch's. */
function usualMost(contrast: (distance: number) => number): number {
  return Array.from({ length: REACH }, (_, i) => contrast(i + 1)).sort((a, b) => b - a)[1]!;
}

/** Is one take on both sides, standing, or moved as the camera did ahead of the dip? */
function goesOn(
  sketches: readonly FrameSketch[],
  { before, behind }: { before: number; behind: number },
  path: CameraPath,
): boolean {
  const [from, to] = [sketches[before]!, sketches[behind]!];
  const ahead = sketches[Math.max(0, before - RUN_UP)]!;
  const run = path.between(ahead.index, from.index);
  const ratio = (behind - before) / Math.max(1, from.index - ahead.index);
  const onward = { x: Math.round(run.x * ratio), y: Math.round(run.y * ratio) };
  return [{ x: 0, y: 0 }, onward].some(shift => likeness(from, to, shift).alike > SAME);
}
