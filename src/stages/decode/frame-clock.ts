import type { Film } from '../../media/film/film.ts';
import { rescaleTicks } from '../../media/film/time.ts';

/** Presentation times of a film's pictures, in decoding order from the first. */
export interface FrameClock {
  /**
   * Ticks of the next picture: its own, or without one, one frame (at the average rate) after the previous. Continuous where the
   * file's clock restarts.
   */
  next(ticks: number | undefined): number;
  /** Ticks of the last picture; undefined before the first. */
  readonly last: number | undefined;
  /** Frame duration at the film's average rate, in ticks, at least 1. */
  readonly frame: number;
}

export function frameClock(film: Film): FrameClock {
  const { averageRate, format, stretches } = film;
  const frame = Math.max(1, rescaleTicks(1, { num: averageRate.den, den: averageRate.num }, format.timebase));
  const state: { last: number | undefined; stretch: number; seen: number } = { last: undefined, stretch: 0, seen: 0 };
  /** Ticks on the continuous clock; undefined for a picture that carries the time of another stretch. */
  const onContinuousClock = (ticks: number): number | undefined => {
    const current = stretches[state.stretch];
    if (!current) return ticks;
    const before = state.last === undefined ? Number.NEGATIVE_INFINITY : state.last - current.shift;
    if (ticks >= before && ticks <= current.last) return ticks + current.shift;
    // May be a stretch after the next, if no picture of the next one decodes.
    const next = stretches.findIndex(({ first, last }, i) => i > state.stretch && ticks >= first && ticks <= last);
    // A last picture without a presentation time gets the time at which the next one is decoded, which belongs to the next
    // stretch already.
    if (next >= 0 && ticks === stretches[next]!.first && state.seen < current.pictures) return undefined;
    if (next < 0) return ticks < before ? undefined : ticks + current.shift;
    state.stretch = next;
    state.seen = 0;
    return ticks + stretches[next]!.shift;
  };
  return {
    next(ticks) {
      const following = state.last === undefined ? (film.statedStartTicks ?? 0) : state.last + frame;
      state.last = (ticks === undefined ? undefined : onContinuousClock(ticks)) ?? following;
      state.seen++;
      return state.last;
    },
    get last() {
      return state.last;
    },
    frame,
  };
}
