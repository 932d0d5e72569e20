import { consistencyError } from '../src/kernels/flow/compare.ts';
import type { ChromaField } from '../src/media/fields/chroma-field.ts';
import type { CheckedFlow, FlowField } from '../src/media/fields/flow-field.ts';
import type { Plane } from '../src/media/fields/plane.ts';
import type { PictureFormat } from '../src/media/film/frame.ts';

/** Sizes that no block, vector or stride divides. */
export const ODD_SIZES = [
  { width: 17, height: 33 },
  { width: 63, height: 41 },
  { width: 161, height: 91 },
] as const;

/** A repeatable source of numbers in 0..1 (Mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function lattice(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(seed, 1274126177);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Noise of one octave, 0..1: a value for each whole place, eased in between. */
export function smoothNoise(x: number, y: number, seed: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const ease = (t: number) => t * t * t * (t * (6 * t - 15) + 10);
  const right = ease(x - left);
  const lower = ease(y - top);
  const upper = lattice(left, top, seed) * (1 - right) + lattice(left + 1, top, seed) * right;
  const under = lattice(left, top + 1, seed) * (1 - right) + lattice(left + 1, top + 1, seed) * right;
  return upper * (1 - lower) + under * lower;
}

/** A texture without period that can be looked at anywhere: four octaves of noise, 0..255, details down to three cells. */
export function texture(x: number, y: number, seed = 1): number {
  let value = 0;
  for (const [cells, share] of [
    [24, 0.35],
    [12, 0.3],
    [6, 0.2],
    [3, 0.15],
  ] as const) {
    value += share * smoothNoise(x / cells, y / cells, seed + cells);
  }
  return 255 * Math.min(Math.max(1.8 * (value - 0.5) + 0.5, 0), 1);
}

/** A gray picture of the function, rounded to levels. */
export function picture(size: { width: number; height: number }, level: (x: number, y: number) => number): Plane<Uint8Array> {
  const data = new Uint8Array(size.width * size.height);
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i++) data[i] = Math.min(255, Math.max(0, Math.round(level(x, y))));
  }
  return { ...size, data };
}

export function flowOf(
  size: { width: number; height: number },
  motion: (x: number, y: number) => readonly [number, number],
): FlowField {
  const data = new Float32Array(size.width * size.height * 2);
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i += 2) data.set(motion(x, y), i);
  }
  return { ...size, data };
}

export function fieldOf(
  size: { width: number; height: number },
  cell: (x: number, y: number) => readonly [cb: number, cr: number, trust: number],
): ChromaField {
  const cells = size.width * size.height;
  const field = { ...size, cb: new Float32Array(cells), cr: new Float32Array(cells), trust: new Float32Array(cells) };
  for (let i = 0; i < cells; i++) {
    const [cb, cr, trust] = cell(i % size.width, Math.floor(i / size.width));
    field.cb[i] = cb;
    field.cr[i] = cr;
    field.trust[i] = trust;
  }
  return field;
}

/** A field with structure in all three planes. */
export function livelyField(size: { width: number; height: number }): ChromaField {
  return fieldOf(size, (x, y) => [
    texture(x, y, 5) / 255 - 0.5,
    texture(x, y, 6) / 255 - 0.5,
    Math.max(0, texture(x, y, 7) / 127 - 0.5) > 1 ? 1 : texture(x, y, 8) / 255,
  ]);
}

/** A flow with turns, stretches and places that look outside the picture. */
export function livelyFlow(size: { width: number; height: number }): FlowField {
  return flowOf(size, (x, y) => [
    6 * Math.sin(y / 9) + (x - size.width / 2) / 12,
    5 * Math.cos(x / 11) - (y - size.height / 2) / 15,
  ]);
}

/** The largest absolute difference of two arrays of one length; Infinity where a value is not a number. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    if (difference > most) most = difference;
  }
  return most;
}

/** The value below which `share` of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))]!;
}

/** 8 bit, limited range, BT.709, 24 frames a second. */
export function formatOf({ width, height }: { width: number; height: number }): PictureFormat {
  return { width, height, depth: 8, range: 'limited', matrix: 'bt709', timebase: { num: 1, den: 24 } };
}

/** A flow with what its round trip by `back` misses. */
export function motion(flow: FlowField, back: FlowField): CheckedFlow {
  return { flow, consistencyError: consistencyError(flow, back) };
}
