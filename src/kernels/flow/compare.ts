import { type FlowField, flowField } from '../../media/fields/flow-field.ts';
import { floatPlane, type Plane } from '../../media/fields/plane.ts';
import { boxMean } from '../filters/box-mean.ts';
import { freshTaps, locate, valueAt } from './warp.ts';

/** Brightness that changes between frames (flicker, fading) is even over areas larger than the window in which errors are gathered. */
export const FLICKER_REACH = 4;
/** The span of contrast changes taken for flicker; beyond it a difference is a difference of content. */
const GAIN_LIMITS = { least: 0.5, most: 2 } as const;
/** Added to the variance in levels squared (grain of two levels), so that flat places get a gain of one. */
const GRAIN_VARIANCE = 4;

export type BrightnessNormalisation = 'none' | 'mean' | 'mean-and-gain';

/** A flow with what speaks against it in each cell, for example its photometric error. Both on one grid. */
export interface ScoredFlow {
  readonly flow: FlowField;
  readonly error: Plane<Float32Array>;
}

export interface PhotometricOptions {
  /** Width of the square window in cells, odd; the window is clipped at the picture's edge. */
  readonly window: number;
  /** What is taken for flicker and removed before comparing: nothing, the local mean, or the local mean and contrast. */
  readonly normalise: BrightnessNormalisation;
}

/** How far a path there and back misses its start, in cells: |forth(x) + back(x + forth(x))|. 0 where both agree. */
export function consistencyError(forward: FlowField, backward: FlowField): Plane<Float32Array> {
  const out = floatPlane(forward.width, forward.height);
  const taps = freshTaps();
  for (let y = 0, i = 0; y < forward.height; y++) {
    for (let x = 0; x < forward.width; x++, i++) {
      const dx = forward.data[2 * i]!;
      const dy = forward.data[2 * i + 1]!;
      locate(taps, x + dx, y + dy, backward);
      const mx = dx + valueAt(backward.data, taps, 2, 0);
      const my = dy + valueAt(backward.data, taps, 2, 1);
      out.data[i] = Math.sqrt(mx * mx + my * my);
    }
  }
  return out;
}

/** Of two flows, in each cell the one with less error; `one` where they are alike. */
export function betterFlow(one: ScoredFlow, other: ScoredFlow): ScoredFlow {
  const { width, height } = one.flow;
  const flow = flowField(width, height);
  const error = floatPlane(width, height);
  for (let i = 0; i < error.data.length; i++) {
    const better = other.error.data[i]! < one.error.data[i]! ? other : one;
    flow.data[2 * i] = better.flow.data[2 * i]!;
    flow.data[2 * i + 1] = better.flow.data[2 * i + 1]!;
    error.data[i] = better.error.data[i]!;
  }
  return { flow, error };
}

/**
 * The mean absolute difference of at(x) and from(x + flow(x)) over a window, in 8-bit levels, after taking out what
 * `normalise` says. Positions outside the picture show its edge.
 */
export function photometricError(
  at: Plane<Uint8Array>,
  from: Plane<Uint8Array>,
  flow: FlowField,
  options: PhotometricOptions,
): Plane<Float32Array> {
  const { width, height } = at;
  const radius = options.window >> 1;
  const seen = Float32Array.from(at.data);
  const carried = warpedLuma(from, flow);
  const flicker = { width, height, radius: radius * FLICKER_REACH };
  if (options.normalise === 'mean-and-gain') matchContrast(carried, seen, flicker);
  const difference = seen.map((value, i) => value - carried[i]!);
  if (options.normalise === 'mean') {
    const even = boxMean(difference, flicker);
    for (let i = 0; i < difference.length; i++) difference[i] = difference[i]! - even[i]!;
  }
  for (let i = 0; i < difference.length; i++) difference[i] = Math.abs(difference[i]!);
  const out = floatPlane(width, height);
  out.data.set(boxMean(difference, { width, height, radius }));
  return out;
}

function warpedLuma(from: Plane<Uint8Array>, flow: FlowField): Float32Array {
  const out = new Float32Array(flow.width * flow.height);
  const taps = freshTaps();
  for (let y = 0, i = 0; y < flow.height; y++) {
    for (let x = 0; x < flow.width; x++, i++) {
      locate(taps, x + flow.data[2 * i]!, y + flow.data[2 * i + 1]!, from);
      out[i] = valueAt(from.data, taps);
    }
  }
  return out;
}

/** Give `carried` the local mean and contrast of `seen`: least squares of seen = gain * carried + offset over each window. */
function matchContrast(
  carried: Float32Array,
  seen: Float32Array,
  window: { width: number; height: number; radius: number },
): void {
  const mean = boxMean(carried, window);
  const wanted = boxMean(seen, window);
  const square = boxMean(
    carried.map(v => v * v),
    window,
  );
  const product = boxMean(
    carried.map((v, i) => v * seen[i]!),
    window,
  );
  for (let i = 0; i < carried.length; i++) {
    const variance = Math.max(0, square[i]! - mean[i]! * mean[i]!) + GRAIN_VARIANCE;
    const shared = product[i]! - mean[i]! * wanted[i]! + GRAIN_VARIANCE;
    const gain = Math.min(Math.max(shared / variance, GAIN_LIMITS.least), GAIN_LIMITS.most);
    carried[i] = wanted[i]! + gain * (carried[i]! - mean[i]!);
  }
}
