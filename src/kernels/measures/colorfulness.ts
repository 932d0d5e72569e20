import type { RgbPlanes } from '../color/rgb-planes.ts';

/** Weight of the mean opponent colour relative to its spread (Hasler and Suesstrunk 2003, eq. 6). */
const MEAN_SHARE = 0.3;

/**
 * Colourfulness (Hasler and Suesstrunk 2003), signed form, on code values 0..255. With rg = R - G and yb = (R + G) / 2 - B:
 * sqrt(var rg + var yb) plus 0.3 times the distance of (mean rg, mean yb) from 0. 0 for gray, about 60 for vivid colour.
 */
export function colorfulness({ r, g, b }: RgbPlanes): number {
  const sums = { rg: 0, yb: 0, rgSquares: 0, ybSquares: 0 };
  for (let i = 0; i < r.length; i++) {
    const rg = 255 * (r[i]! - g[i]!);
    const yb = 255 * ((r[i]! + g[i]!) / 2 - b[i]!);
    sums.rg += rg;
    sums.yb += yb;
    sums.rgSquares += rg * rg;
    sums.ybSquares += yb * yb;
  }
  const mean = { rg: sums.rg / r.length, yb: sums.yb / r.length };
  const variance = sums.rgSquares / r.length - mean.rg ** 2 + sums.ybSquares / r.length - mean.yb ** 2;
  return Math.sqrt(Math.max(0, variance)) + MEAN_SHARE * Math.hypot(mean.rg, mean.yb);
}
