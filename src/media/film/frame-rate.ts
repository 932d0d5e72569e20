import type { Timebase } from './time.ts';

/** The rates of editing programs. */
const STANDARD: readonly Timebase[] = [
  ...[24, 25, 30, 48, 50, 60].map(num => ({ num, den: 1 })),
  ...[24_000, 30_000, 48_000, 60_000].map(num => ({ num, den: 1001 })),
];
/** Largest relative difference that counts as rounding; 24 and 24000/1001 differ by five times as much. */
const ROUNDING = 2e-4;

/** The standard rate that a measured one (such as 2997/125) is rounded from; undefined where there is none. */
export function standardRate({ num, den }: Timebase): Timebase | undefined {
  return STANDARD.find(rate => Math.abs((num / den) * (rate.den / rate.num) - 1) < ROUNDING);
}

/** The rate at which editing programs count frames: the standard one, else that which was measured. */
export const editRate = (measured: Timebase): Timebase => standardRate(measured) ?? measured;
