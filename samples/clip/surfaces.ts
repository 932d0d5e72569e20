import type { Shade } from './canvas.ts';
import { cloudy, smooth, speck } from './noise.ts';

/** Surfaces as film shows them: a gray, and a texture that stays with the thing it is on. */

export const plaster =
  (gray: number, seed: number): Shade =>
  (x, y) =>
    gray + 0.1 * (cloudy(x / 9, y / 9, seed) - 0.5) + 0.04 * (smooth(x, y, seed + 9) - 0.5);

export const bricks =
  (gray: number, seed: number): Shade =>
  (x, y) => {
    const row = Math.floor(y / 5);
    const along = x + (row % 2) * 5;
    const mortar = y - row * 5 < 1 || along - Math.floor(along / 10) * 10 < 1 ? 0.09 : 0;
    return gray + mortar + 0.13 * (speck(Math.floor(along / 10), row, seed) - 0.5) + 0.04 * (smooth(x, y, seed) - 0.5);
  };

export const tiles =
  (gray: number, seed: number): Shade =>
  (x, y) => {
    const row = Math.floor(y / 6);
    const along = x / 7 + (row % 2) / 2;
    const edge = (y - row * 6) / 6 - 0.35 * Math.abs(Math.sin(Math.PI * along));
    return gray + 0.13 * (edge - 0.3) + 0.09 * (speck(Math.floor(along), row, seed) - 0.5);
  };

export const planks =
  (gray: number, seed: number): Shade =>
  (x, y) => {
    const plank = Math.floor(x / 8);
    const gap = x - plank * 8 < 0.8 ? -0.12 : 0;
    return gray + gap + 0.06 * (speck(plank, 0, seed) - 0.5) + 0.07 * (smooth(x, y / 14, seed) - 0.5);
  };

/** Asphalt, darker where wheels run: `ruts` are their heights in the picture. */
export const asphalt =
  (gray: number, seed: number, ruts: readonly number[]): Shade =>
  (x, y) => {
    const worn = ruts.reduce((sum, rut) => sum + Math.exp(-(((y - rut) / 4) ** 2)), 0);
    return (
      gray - 0.07 * worn + 0.05 * (cloudy(x / 40, y / 6, seed) - 0.5) + 0.03 * (speck(Math.floor(x), Math.floor(y), seed) - 0.5)
    );
  };

export const leaves =
  (gray: number, seed: number): Shade =>
  (x, y) =>
    gray + 0.42 * (cloudy(x / 8, y / 8, seed) - 0.5) + 0.14 * (smooth(x / 1.6, y / 1.6, seed + 5) - 0.5);

/** A ball's shading, lit from the upper left, over another surface. */
export const rounded =
  (shade: Shade, { x: x0, y: y0, rx, ry }: { x: number; y: number; rx: number; ry: number }): Shade =>
  (x, y) =>
    shade(x, y) - 0.16 * ((x - x0) / rx) - 0.14 * ((y - y0) / ry);
