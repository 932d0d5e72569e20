/** Seeded noise: the same numbers on every machine. Values are 0..1. */

/** A number for a whole-numbered place. */
export function speck(x: number, y: number, seed: number): number {
  let h = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** Smooth noise that changes over about one unit. */
export function smooth(x: number, y: number, seed: number): number {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [ease(x - x0), ease(y - y0)];
  const top = mix(speck(x0, y0, seed), speck(x0 + 1, y0, seed), fx);
  const bottom = mix(speck(x0, y0 + 1, seed), speck(x0 + 1, y0 + 1, seed), fx);
  return mix(top, bottom, fy);
}

/** Four octaves of smooth noise: clouds, leaves, plaster. */
export function cloudy(x: number, y: number, seed: number): number {
  let sum = 0;
  for (let octave = 0; octave < 4; octave++) sum += smooth(x * 2 ** octave, y * 2 ** octave, seed + octave) / 2 ** (octave + 1);
  return sum / 0.9375;
}

export const mix = (a: number, b: number, share: number): number => a + (b - a) * share;
export const clamp = (value: number, low = 0, high = 1): number => Math.min(high, Math.max(low, value));
/** 0 at 0, 1 at 1, level at both ends. */
export const ease = (t: number): number => clamp(t) ** 2 * (3 - 2 * clamp(t));
