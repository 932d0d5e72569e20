import type { Film } from '../media/film.ts';
import { rescaleTicks } from '../media/time.ts';

/** The times of a film's pictures in the order they are decoded. */
export interface FrameClock {
  /** Ticks of the next picture: its own, or where it has none, one frame at the film's average rate after the one before it. */
  next(ticks: number | undefined): number;
  /** Ticks of the last picture; undefined before the first. */
  readonly last: number | undefined;
  /** Length of a frame at the film's average rate, in ticks, at least 1. */
  readonly frame: number;
}

export function frameClock(film: Film): FrameClock {
  const { averageRate, format } = film;
  const frame = Math.max(1, rescaleTicks(1, { num: averageRate.den, den: averageRate.num }, format.timebase));
  const state: { last: number | undefined } = { last: undefined };
  return {
    next(ticks) {
      state.last = ticks ?? (state.last === undefined ? (film.statedStartTicks ?? 0) : state.last + frame);
      return state.last;
    },
    get last() {
      return state.last;
    },
    frame,
  };
}
