import { availableParallelism } from 'node:os';
import type { PictureFormat } from '../media/frame.ts';
import type { WorkingGrid } from '../stages/working-grid.ts';

/** Memory one span may hold, in bytes. Two spans of each of two shots are in flight at most, and seldom full. */
const SPAN_BYTES = 320e6;
/** Bytes a span holds per cell of the working grid and frame: gray 1, flow both ways 16, colour carried from both ends 24. */
const BYTES_PER_CELL = 41;
/** A span of fewer frames than this would spend more on keyframes than on carrying. */
const SHORTEST_SPAN = 8;

/** The most frames of a film that one span may hold. */
export function longestSpan(format: PictureFormat, grid: WorkingGrid): number {
  const luma = format.width * format.height * (format.depth > 8 ? 2 : 1);
  return Math.max(SHORTEST_SPAN, Math.floor(SPAN_BYTES / (luma + BYTES_PER_CELL * grid.width * grid.height)));
}

/** Worker threads for the arithmetic: every core, since they wait for the encoder as often as it waits for them. */
export function threadCount(workers: number | undefined): number {
  return Math.max(1, workers ?? availableParallelism());
}

/** Shots in flight at once: a second one fills the gaps in which the first starts and ends. */
export const SHOTS_IN_FLIGHT = 2;
