import { KinemacolorError } from '../../errors.ts';

const RATE = /^(\d{1,3}(?:\.\d{1,6})?|\d{1,6}\/\d{1,6})$/;

/** Throws `usage` for what is no rate. */
export function checkRate(rate: string): void {
  if (!RATE.test(rate) || Number.parseFloat(rate) === 0)
    throw new KinemacolorError('usage', `Expected frames a second as 24 or 24000/1001 (--fps), received "${rate}".`);
}
