import { availableParallelism } from 'node:os';
import { KinemacolorError } from '../errors.ts';
import type { PictureFormat } from '../media/frame.ts';
import type { WorkingGrid } from '../stages/working-grid.ts';

/** Memory one span may hold, in bytes. Two spans of each of two shots are in flight at most, and seldom full. */
const SPAN_BYTES = 320e6;
/** Bytes a span holds per cell of the working grid and frame: gray 1, motion both ways 24, colour carried from both ends 24. */
const BYTES_PER_CELL = 49;
/** A span of fewer frames than this would spend more on keyframes than on carrying. */
const SHORTEST_SPAN = 8;

/** The most frames of a film that one span may hold. */
export function longestSpan(format: PictureFormat, grid: WorkingGrid): number {
  const luma = format.width * format.height * (format.depth > 8 ? 2 : 1);
  return Math.max(SHORTEST_SPAN, Math.floor(SPAN_BYTES / (luma + BYTES_PER_CELL * grid.width * grid.height)));
}

/** Bytes of luma of a shot that are held so that it is decoded once, though hints speak for frames before them: five seconds of 1080p. */
const HELD_BYTES = 256e6;

/** Can all frames of a shot be held at once? */
export function fitsInHand(frames: number, { width, height, depth }: PictureFormat): 'fits' | 'too long' {
  return frames * width * height * (depth > 8 ? 2 : 1) <= HELD_BYTES ? 'fits' : 'too long';
}

/** More than any machine has cores; each thread takes some 30 MB. */
const MOST_THREADS = 256;

/**
 * Worker threads for the arithmetic: every core, since they wait for the encoder as often as it waits for them. Throws `usage` for a
 * number that cannot be.
 */
export function threadCount(workers: number | undefined): number {
  const count = workers ?? availableParallelism();
  if (Number.isInteger(count) && count >= 1 && count <= MOST_THREADS) return count;
  throw new KinemacolorError('usage', `Expected a whole number of workers from 1 to ${MOST_THREADS}, received ${count}.`);
}

/** Shots whose frames are made at once: a second one fills the gaps in which the first starts and ends. */
export const SHOTS_IN_FLIGHT = 2;
/** Shots unfinished at once: one more, which has all its frames and whose encoder still works on what it looked ahead (a second or two). */
export const SHOTS_UNFINISHED = SHOTS_IN_FLIGHT + 1;
