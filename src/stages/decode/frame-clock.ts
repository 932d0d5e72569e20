import type { Film } from '../../media/film/film.ts';
import { rescaleTicks } from '../../media/film/time.ts';

/** The times of a film's pictures in the order they are decoded, from its first. */
export interface FrameClock {
  /**
   * Ticks of the next picture: its own, or where it has none, one frame at the film's average rate after the one before it. Where the file's clock
   * starts anew, time goes on.
   */
  next(ticks: number | undefined): number;
  /** Ticks of the last picture; undefined before the first. */
  readonly last: number | undefined;
  /** Length of a frame at the film's average rate, in ticks, at least 1. */
  readonly frame: number;
}

export function frameClock(film: Film): FrameClock {
  const { averageRate, format, stretches } = film;
  const frame = Math.max(1, rescaleTicks(1, { num: averageRate.den, den: averageRate.num }, format.timebase));
  const state: { last: number | undefined; stretch: number; seen: number } = { last: undefined, stretch: 0, seen: 0 };
  /** Ticks as the film's time goes on; undefined for a picture that has been given the time of another stretch. */
  const goingOn = (ticks: number): number | undefined => {
    const current = stretches[state.stretch];
    if (!current) return ticks;
    const before = state.last === undefined ? Number.NEGATIVE_INFINITY : state.last - current.shift;
    if (ticks >= before && ticks <= current.last) return ticks + current.shift;
    // A later one than the next, where of the next no picture decodes.
    const next = stretches.findIndex(({ first, last }, i) => i > state.stretch && ticks >= first && ticks <= last);
    // A last picture whose time is not said is given that at which the next one is decoded, which is of the next stretch already.
    if (next >= 0 && ticks === stretches[next]!.first && state.seen < current.pictures) return undefined;
    if (next < 0) return ticks < before ? undefined : ticks + current.shift;
    state.stretch = next;
    state.seen = 0;
    return ticks + stretches[next]!.shift;
  };
  return {
    next(ticks) {
      const following = state.last === undefined ? (film.statedStartTicks ?? 0) : state.last + frame;
      state.last = (ticks === undefined ? undefined : goingOn(ticks)) ?? following;
      state.seen++;
      return state.last;
    },
    get last() {
      return state.last;
    },
    frame,
  };
}
