import type { Film } from '../../media/film/film.ts';
import { type FilmTime, framesOf, type Settings } from '../../options.ts';

/** The part of a film that a preview's clip shows. */
export interface PreviewStretch {
  /** Seconds after the film's first frame. */
  readonly from: number;
  /** Undefined for everything to the film's end. */
  readonly duration: FilmTime | undefined;
}

/** Part of a frame by which a seek goes too early rather than too late. */
const MARGIN = 0.25;

/**
 * The stretch that the settings name; without a start and an end it begins at `fallback` seconds. The film has not been surveyed, so a frame
 * counts by the film's average rate.
 */
export function previewStretch({ from, to, duration }: Settings, film: Film, fallback: number): PreviewStretch {
  if (to === undefined) return { from: from === undefined ? fallback : approximateSeconds(from, film), duration };
  const start = approximateSeconds(from ?? 0, film);
  if (typeof from === 'string' && typeof to === 'string') return { from: start, duration: `${framesOf(to) - framesOf(from)}f` };
  return { from: start, duration: Math.max(0, approximateSeconds(to, film) - start) };
}

/** Seconds of a time, or length of frames, at the film's average rate. */
export function approximateSeconds(time: FilmTime, { averageRate: { num, den } }: Film): number {
  return typeof time === 'number' ? time : (Math.max(0, framesOf(time) - MARGIN) * den) / num;
}
