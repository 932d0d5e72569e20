import type { Film } from '../../media/film/film.ts';
import { rescaleTicks } from '../../media/film/time.ts';
import { type FilmTime, framesOf, type Settings } from '../../options.ts';

/** The times of a film's frames, as surveyed, and the stretch to be rendered. */
export interface FilmTimeline {
  /** Where a frame lies relative to the stretch. Frames must come in order, from the film's first. */
  place(frame: { index: number; ticks: number }): 'before' | 'inside' | 'after';
  /** The index after the last frame inside the stretch. */
  readonly end: number;
  /** Did the stretch end before the film did? */
  readonly cutShort: boolean;
  /** Time of a frame; for `end`, the time at which the last frame ends. */
  ticksAt(index: number): number;
}

const MILLISECOND = { num: 1, den: 1000 } as const;

export function openFilmTimeline(film: Film, settings: Settings): FilmTimeline {
  const { timebase } = film.format;
  const ticksOf = (seconds: number) => rescaleTicks(Math.round(seconds * 1000), MILLISECOND, timebase);
  const { from = 0, to, duration } = settings;
  const times: number[] = [];
  const state = { after: undefined as number | undefined, first: undefined as number | undefined };
  type Moment = { readonly index: number; readonly ticks: number };
  const atSecond = (seconds: number, { ticks }: Moment) => (times[0] ?? ticks) + ticksOf(seconds);
  const reached = (time: FilmTime, frame: Moment) =>
    typeof time === 'number' ? frame.ticks >= atSecond(time, frame) : frame.index >= framesOf(time);
  const ended = (frame: Moment): boolean => {
    if (to !== undefined) return reached(to, frame);
    if (duration === undefined) return false;
    if (typeof duration === 'string') return state.first !== undefined && frame.index >= state.first + framesOf(duration);
    if (typeof from === 'number') return frame.ticks >= atSecond(from, frame) + ticksOf(duration);
    return state.first !== undefined && frame.ticks >= times[state.first]! + ticksOf(duration);
  };
  const length = (): number => {
    if (state.after !== undefined) return state.after;
    const last = times[times.length - 1]!;
    const step = times.length > 1 ? last - times[times.length - 2]! : frameTicks(film);
    return last + Math.max(1, step);
  };
  return {
    place(frame) {
      if (ended(frame)) {
        state.after = frame.ticks;
        return 'after';
      }
      const inside = reached(from, frame);
      if (inside) state.first ??= times.length;
      times.push(frame.ticks);
      return inside ? 'inside' : 'before';
    },
    get end() {
      return times.length;
    },
    get cutShort() {
      return state.after !== undefined;
    },
    ticksAt: index => (index < times.length ? times[index]! : length()),
  };
}

/** One frame at the film's average rate, in ticks. */
function frameTicks(film: Film): number {
  const { averageRate, format } = film;
  return averageRate.num > 0 ? rescaleTicks(1, { num: averageRate.den, den: averageRate.num }, format.timebase) : 1;
}
