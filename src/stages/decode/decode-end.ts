import type { Film } from '../../media/film/film.ts';
import { toSeconds } from '../../media/film/time.ts';
import type { FrameClock } from './frame-clock.ts';

/**
 * How a decoding ended. `faulty`: ffmpeg met errors; pictures may be missing, or mended by the decoder as it could. `truncated`: the film also stops
 * before the end that its container states.
 */
export interface DecodeEnd {
  /** Number of frames that came. */
  readonly frames: number;
  readonly damage: 'none' | 'faulty' | 'truncated';
  /** What ffmpeg complained about. */
  readonly message?: string;
}

/** Frames that may be missing at the end without its being damage: containers round the duration they state. */
const ROUNDED_FRAMES = 1.5;

/** Judge a decoding that read to the end of the file. An early end alone (sound that runs on) is no damage. */
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
