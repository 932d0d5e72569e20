import { availableParallelism } from 'node:os';
import { KinemacolorError } from '../../errors.ts';
import type { PictureFormat } from '../../media/film/frame.ts';
import type { SpanLimits } from '../../media/plan/span.ts';
import type { WorkingGrid } from '../../stages/propagate/working-grid.ts';

/** Memory one span may hold, in bytes. Two spans of each of two shots are in flight at most, and seldom full. */
const SPAN_BYTES = 320e6;
/** Bytes a span holds per cell of the working grid and frame: gray 1, motion both ways 24; and for each keyframe that speaks there 8. */
const BYTES_PER_CELL = 25;
const BYTES_PER_KEYFRAME = 8;
/** A span of fewer frames than this would spend more on keyframes than on carrying. */
const SHORTEST_SPAN = 8;

/**
 * The most frames that spans of a film may hold: one by itself, and two that speak to each other, of which there are never more at once than
 * of others. `beyond`: does colour go beyond the next keyframe?
 */
export function spanLimits(format: PictureFormat, grid: WorkingGrid, beyond: 'beyond' | 'no farther'): SpanLimits {
  const luma = format.width * format.height * (format.depth > 8 ? 2 : 1);
  const most = (bytes: number, keyframes: number) =>
    Math.max(
      SHORTEST_SPAN,
      Math.floor(bytes / (luma + (BYTES_PER_CELL + BYTES_PER_KEYFRAME * keyframes) * grid.width * grid.height)),
    );
  return { longest: most(SPAN_BYTES, 2), joined: beyond === 'beyond' ? most(2 * SPAN_BYTES, 4) : 0 };
}

/** Bytes of luma of a shot that are held so that it is decoded once, though hints speak for frames before them: five seconds of 1080p. */
const HELD_BYTES = 256e6;

/** Can all frames of a shot be held at once? */
export function fitsInHand(frames: number, { width, height, depth }: PictureFormat): 'fits' | 'too long' {
  return frames * width * height * (depth > 8 ? 2 : 1) <= HELD_BYTES ? 'fits' : 'too long';
}

/** More than any machine has cores; each thread takes some 30 MB. */
const MAX_THREADS = 256;

/**
 * Worker threads for the arithmetic: every core, since they wait for the encoder as often as it waits for them. Throws `usage` for a
 * number that cannot be.
 */
export function threadCount(workers: number | undefined): number {
  const count = workers ?? availableParallelism();
  if (Number.isInteger(count) && count >= 1 && count <= MAX_THREADS) return count;
  throw new KinemacolorError('usage', `Expected a whole number of workers from 1 to ${MAX_THREADS}, received ${count}.`);
}

/** Shots whose frames are made at once: a second one fills the gaps in which the first starts and ends. */
export const SHOTS_IN_FLIGHT = 2;
/** Shots unfinished at once: one more, which has all its frames and whose encoder still works on what it looked ahead (a second or two). */
export const SHOTS_UNFINISHED = SHOTS_IN_FLIGHT + 1;
