import type { Film } from '../../media/film/film.ts';
import { toSeconds } from '../../media/film/time.ts';
import type { FrameClock } from './frame-clock.ts';

/**
 * How decoding ended. `faulty`: ffmpeg reported errors; pictures may be missing or concealed by the decoder. `truncated`: the
 * film also ends before the duration its container states.
 */
export interface DecodeEnd {
  /** Number of frames decoded. */
  readonly frames: number;
  readonly damage: 'none' | 'faulty' | 'truncated';
  /** ffmpeg's error message. */
  readonly message?: string;
}

/** Frames that may be missing at the end of an intact film, since containers round the duration they state. */
const ROUNDED_FRAMES = 1.5;

/** Classifies a decoding that reached the end of the file. An early end alone is no damage (sound may be longer). */
export function decodeEnd(film: Film, clock: FrameClock, end: { frames: number; errors: readonly string[] }): DecodeEnd {
  const { frames, errors } = end;
  if (errors.length === 0) return { frames, damage: 'none' };
  const message = [...new Set(errors)].join('; ');
  const { timebase } = film.format;
  const start = film.statedStartTicks ?? 0;
  const decoded = clock.last === undefined ? 0 : toSeconds({ ticks: clock.last + clock.frame - start, timebase });
  const short = (film.statedSeconds ?? 0) - decoded > toSeconds({ ticks: ROUNDED_FRAMES * clock.frame, timebase });
  return { frames, damage: short || clock.last === undefined ? 'truncated' : 'faulty', message };
}
