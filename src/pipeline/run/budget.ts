import { availableParallelism, freemem } from 'node:os';
import { KinemacolorError } from '../../errors.ts';
import type { PictureFormat } from '../../media/film/frame.ts';
import type { SpanLimits } from '../../media/plan/span.ts';
import type { Settings } from '../../options.ts';
import { largestDistance } from '../../stages/keyframes/keyframe-distance.ts';
import { type WorkingGrid, workingGrid } from '../../stages/propagate/working-grid.ts';

/** Memory one span may hold, in bytes. At most two spans of each of two shots are in flight, and few of them are full. */
const SPAN_BYTES = 320e6;
/**
 * Bytes a span holds per cell of the working grid and frame: gray 1, flow both ways 24, and 8 for each keyframe that contributes.
 */
const BYTES_PER_CELL = 25;
const BYTES_PER_KEYFRAME = 8;
/** In a span of fewer frames, keyframes would take more time than propagation. */
const SHORTEST_SPAN = 8;

/**
 * The largest number of frames in a span of a film, and in two joined spans. `joins`: are spans joined at all, so that colour
 * propagates past the next keyframe?
 */
export function spanLimits(format: PictureFormat, grid: WorkingGrid, joins: boolean): SpanLimits {
  const luma = format.width * format.height * (format.depth > 8 ? 2 : 1);
  const most = (bytes: number, keyframes: number) =>
    Math.max(
      SHORTEST_SPAN,
      Math.floor(bytes / (luma + (BYTES_PER_CELL + BYTES_PER_KEYFRAME * keyframes) * grid.width * grid.height)),
    );
  return { longest: most(SPAN_BYTES, 2), joined: joins ? most(2 * SPAN_BYTES, 4) : 0 };
}

/** More cores than any machine has; a thread takes about 30 MB. */
const MAX_THREADS = 256;

/**
 * The number of worker threads. Default: one per core, since they wait for the encoder as often as it waits for them. Throws
 * `usage` for anything but a whole number from 1 to 256.
 */
export function threadCount(workers: number | undefined): number {
  const count = workers ?? availableParallelism();
  if (Number.isInteger(count) && count >= 1 && count <= MAX_THREADS) return count;
  throw new KinemacolorError('usage', `Expected a whole number of workers from 1 to ${MAX_THREADS}, received ${count}.`);
}

/** Frames that an encoder holds for its lookahead, and memory of the program and its model, in bytes. */
const LOOKAHEAD_FRAMES = 50;
const PROGRAM_BYTES = 200e6;

/** Memory that a film takes while it is rendered, in bytes: its spans, what its encoders hold, the program. */
export function filmBytes(
  format: Pick<PictureFormat, 'width' | 'height' | 'depth'>,
  settings: Pick<Settings, 'keyframeEvery' | 'keyframes'>,
): number {
  const { width, height, depth } = format;
  const grid = workingGrid(width, height, settings.keyframes === undefined ? 'broad' : 'fine');
  const luma = width * height * (depth > 8 ? 2 : 1);
  const frame = luma + (BYTES_PER_CELL + 2 * BYTES_PER_KEYFRAME) * grid.width * grid.height;
  const spans = 2 * SHOTS_IN_FLIGHT * Math.min(SPAN_BYTES, (largestDistance(settings) + 1) * frame);
  return PROGRAM_BYTES + spans + SHOTS_UNFINISHED * LOOKAHEAD_FRAMES * 1.5 * luma;
}

/** Throws `usage` for anything but a whole number of films above 0. */
export function checkJobs(wanted: number): void {
  if (!Number.isInteger(wanted) || wanted < 1)
    throw new KinemacolorError('usage', `Expected a whole number of films at once (--jobs), received ${wanted}.`);
}

/** How many films are coloured at once: as many as are wanted, are there, and fit into memory. `sizes`: what each takes, in bytes. */
export function filmsAtOnce(
  wanted: number,
  sizes: readonly number[],
  { free = freemem(), warn }: { readonly free?: number; readonly warn: (message: string) => void },
): number {
  const fitting = Math.max(1, Math.floor(free / Math.max(1, ...sizes)));
  const most = Math.min(wanted, Math.max(1, sizes.length));
  if (most > fitting)
    warn(
      `${most} films at once, of up to ${(Math.max(...sizes) / 1e9).toFixed(1)} GB each, do not fit into ${(free / 1e9).toFixed(1)} GB of free memory; ${fitting} at once are coloured.`,
    );
  return Math.min(most, fitting);
}

/** The worker threads of each of some films that are coloured at once. */
export function threadsOfEach(films: number, workers: number | undefined): number {
  return Math.ceil(threadCount(workers) / films);
}

/** Shots whose frames are rendered at once: a second one uses the cores while the first starts and ends. */
export const SHOTS_IN_FLIGHT = 2;
/** Shots unfinished at once: one more, whose encoder has all its frames and still works on its lookahead (a second or two). */
export const SHOTS_UNFINISHED = SHOTS_IN_FLIGHT + 1;
