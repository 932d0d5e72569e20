/**
 * Time is exact: a frame's identity is a whole number of ticks of its stream's timebase, never a float.
 * Unit: one tick lasts num/den seconds.
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

/** Read "1/12800" or "30000/1001". Throws a RangeError on anything else. */
export function parseRational(text: string): Timebase {
  const match = /^(\d+)[/:](\d+)$/.exec(text.trim());
  if (!match || Number(match[2]) === 0) throw new RangeError(`expected a fraction such as 1/12800, received "${text}"`);
  return { num: Number(match[1]), den: Number(match[2]) };
}

/** Seconds as a float: for showing to people only, never for identity. */
export function toSeconds(time: Timestamp): number {
  return (time.ticks * time.timebase.num) / time.timebase.den;
}

/** Ticks of `from` expressed in ticks of `to`, rounded to the nearest (ties away from zero), computed without loss. */
export function rescaleTicks(ticks: number, from: Timebase, to: Timebase): number {
  const numerator = BigInt(ticks) * BigInt(from.num) * BigInt(to.den);
  const denominator = BigInt(from.den) * BigInt(to.num);
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = (size + denominator / 2n) / denominator;
  return Number(numerator < 0n ? -rounded : rounded);
}
