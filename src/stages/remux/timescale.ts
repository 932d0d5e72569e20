import type { Film } from '../../media/film/film.ts';
import type { Timebase, Timestamp } from '../../media/film/time.ts';
import type { SourceStream } from './plan-streams.ts';

/** Durations in mp4 have 32 bits: with more units per second, a frame of a few minutes would not fit. */
const FINEST = 10_000_000;
/** Used if the film's own timebase is finer. */
const MICROSECONDS = 1_000_000;
/** Default units per second of the movie header in mp4 and mov, and the maximum. */
const USUAL_MOVIE = 1000;
const FINEST_MOVIE = 2 ** 31 - 1;

/** Units per second in which all ticks of the film, and of other picture streams copied with it, are integers. */
export function pictureTimescale(film: Film, streams: readonly SourceStream[]): number {
  const own = film.format.timebase.den > FINEST ? MICROSECONDS : film.format.timebase.den;
  const others = streams.filter(
    ({ type, outcome, dispositions }) => type === 'video' && outcome.kind === 'copied' && !dispositions.includes('attached_pic'),
  );
  const shared = others.reduce((scale, { timebase }) => commonMultiple(scale, timebase.den), own);
  return shared > FINEST ? own : shared;
}

/** Units per second in which the start of every stream is an integer; undefined if the default suffices. */
export function movieTimescale(starts: readonly Timestamp[]): number | undefined {
  const between = starts.filter(({ ticks, timebase }) => ticks > 0 && !isWhole(ticks, timebase, USUAL_MOVIE));
  if (between.length === 0) return undefined;
  const scale = between.reduce((common, { timebase }) => commonMultiple(common, timebase.den), USUAL_MOVIE);
  return scale > FINEST_MOVIE ? MICROSECONDS : scale;
}

/** Start times of the picture and of every stream copied with it. */
export function startsOf(startTicks: number, film: Film, streams: readonly SourceStream[]): Timestamp[] {
  const copied = streams.flatMap(({ outcome, startTicks: ticks, timebase }) =>
    outcome.kind === 'copied' && ticks !== undefined ? [{ ticks, timebase }] : [],
  );
  return [{ ticks: startTicks, timebase: film.format.timebase }, ...copied];
}

/** Milliseconds by which everything must start later so that nothing starts before 0. */
export function millisecondsBelowZero(starts: readonly Timestamp[]): number {
  return Math.max(0, ...starts.map(({ ticks, timebase: { num, den } }) => Math.ceil((-ticks * num * 1000) / den)));
}

function isWhole(ticks: number, { num, den }: Timebase, scale: number): boolean {
  return (BigInt(ticks) * BigInt(num) * BigInt(scale)) % BigInt(den) === 0n;
}

function commonMultiple(a: number, b: number): number {
  let [divisor, rest] = [a, b];
  while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}
