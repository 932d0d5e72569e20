/**
 * Time is exact: frames are identified by integer ticks of their stream's timebase, never by floats. One tick lasts num/den
 * seconds.
 */
export interface Timebase {
  readonly num: number;
  readonly den: number;
}

/** A moment of a stream: `ticks` (a safe integer, may be negative) of `timebase`. */
export interface Timestamp {
  readonly ticks: number;
  readonly timebase: Timebase;
}

/** Parses "1/12800" or "30000/1001". Throws a RangeError on anything else. */
export function parseRational(text: string): Timebase {
  const match = /^(\d+)[/:](\d+)$/.exec(text.trim());
  if (!match || Number(match[2]) === 0) throw new RangeError(`expected a fraction such as 1/12800, received "${text}"`);
  return { num: Number(match[1]), den: Number(match[2]) };
}

/** Seconds as a float: for display only, never as identity. */
export function toSeconds(time: Timestamp): number {
  return (time.ticks * time.timebase.num) / time.timebase.den;
}

/** Converts ticks between timebases, rounded to nearest (ties away from zero), without loss of precision. */
export function rescaleTicks(ticks: number, from: Timebase, to: Timebase): number {
  const numerator = BigInt(ticks) * BigInt(from.num) * BigInt(to.den);
  const denominator = BigInt(from.den) * BigInt(to.num);
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = (size + denominator / 2n) / denominator;
  return Number(numerator < 0n ? -rounded : rounded);
}
