import { KinemacolorError } from '../../errors.ts';
import { type Film, startSeconds } from '../../media/film/film.ts';
import { standardRate } from '../../media/film/frame-rate.ts';
import { type Timebase, toSeconds } from '../../media/film/time.ts';
import { formatTimecode, laterTimecode, parseTimecode } from '../../media/film/timecode.ts';
import type { Container } from '../encode/codec-cards.ts';

/** The timecode to state: of the stretch's first frame; of the film where its timecode track is made anew. */
export function timecodeAt(film: Film, startTicks: number | undefined, container: Container): string | undefined {
  if (film.timecode === undefined || (startTicks === undefined && container === 'mkv')) return undefined;
  const first = parseTimecode(film.timecode, film.averageRate);
  if (!first || startTicks === undefined) return film.timecode;
  const seconds = toSeconds({ ticks: startTicks, timebase: film.format.timebase }) - startSeconds(film);
  return formatTimecode(laterTimecode(first, Math.round((seconds * film.averageRate.num) / film.averageRate.den)));
}

/** The rate that MXF states, which has no times of frames. Throws `usage` where the film's is none of those that it knows. */
export function mxfRate({ averageRate }: Film): Timebase {
  const rate = standardRate(averageRate);
  if (rate) return rate;
  const shown = Number((averageRate.num / averageRate.den).toFixed(3));
  throw new KinemacolorError(
    'usage',
    `MXF holds 24, 25, 30, 48, 50 and 60 frames a second (or 1/1.001 of it), and the film has ${shown}; choose .mov or .mkv.`,
  );
}

/** Nanoseconds that each frame lasts, for the track's header; undefined at a rate that is no standard one. */
export function frameDuration({ averageRate }: Film): number | undefined {
  const rate = standardRate(averageRate);
  return rate && Math.round((1e9 * rate.den) / rate.num);
}

/** Whether the frame `frames` after the first lies at its time at this rate, to half a frame. `ticks`: since the first frame. */
export function isOnTime(frames: number, ticks: number, rate: Timebase, timebase: Timebase): boolean {
  const elapsed = (toSeconds({ ticks, timebase }) * rate.num) / rate.den;
  return Math.abs(elapsed - frames) < 0.5;
}
