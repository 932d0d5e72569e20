import { type FlowField, flowField } from '../../media/fields/flow-field.ts';
import { floatPlane, type Plane } from '../../media/fields/plane.ts';
import { boxMean } from '../filters/box-mean.ts';
import { locate, newTaps, valueAt } from './warp.ts';

/** Flicker and fading change brightness evenly over areas this many times larger than the window of the photometric error. */
export const FLICKER_REACH = 4;
/** Contrast changes within these limits are treated as flicker; larger ones as different content. */
const GAIN_LIMITS = { min: 0.5, max: 2 } as const;
/** Grain variance (two levels, squared), added so that flat areas get a gain of one. */
const GRAIN_VARIANCE = 4;

export type BrightnessNormalisation = 'none' | 'mean' | 'mean-and-gain';

/** A flow with an error per cell, e.g. its photometric error. Both on one grid. */
export interface ScoredFlow {
  readonly flow: FlowField;
  readonly error: Plane<Float32Array>;
}

export interface PhotometricOptions {
  /** Side of the square window in cells, odd. The window is clipped at the edges of the picture. */
  readonly window: number;
  /** Brightness change that is removed before comparing: none, the local mean, or the local mean and contrast. */
  readonly normalise: BrightnessNormalisation;
}

/** Forward-backward consistency error in cells: |forward(x) + backward(x + forward(x))|. 0 where both flows agree. */
export function consistencyError(forward: FlowField, backward: FlowField): Plane<Float32Array> {
  const out = floatPlane(forward.width, forward.height);
  const taps = newTaps();
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

/** Per cell, the flow with the smaller error; `one` if both are equal. */
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
 * Photometric error: mean absolute difference of at(x) and from(x + flow(x)) over a window, in 8-bit levels, after the
 * normalisation chosen. Outside the picture its edge is replicated.
 */
export function photometricError(
  at: Plane<Uint8Array>,
  from: Plane<Uint8Array>,
  flow: FlowField,
  options: PhotometricOptions,
): Plane<Float32Array> {
  const { width, height } = at;
  const radius = options.window >> 1;
  const target = Float32Array.from(at.data);
  const warped = warpedLuma(from, flow);
  const flicker = { width, height, radius: radius * FLICKER_REACH };
  if (options.normalise === 'mean-and-gain') matchContrast(warped, target, flicker);
  const difference = target.map((value, i) => value - warped[i]!);
  if (options.normalise === 'mean') {
    const localMean = boxMean(difference, flicker);
    for (let i = 0; i < difference.length; i++) difference[i] = difference[i]! - localMean[i]!;
  }
  for (let i = 0; i < difference.length; i++) difference[i] = Math.abs(difference[i]!);
  const out = floatPlane(width, height);
  out.data.set(boxMean(difference, { width, height, radius }));
  return out;
}

function warpedLuma(from: Plane<Uint8Array>, flow: FlowField): Float32Array {
  const out = new Float32Array(flow.width * flow.height);
  const taps = newTaps();
  for (let y = 0, i = 0; y < flow.height; y++) {
    for (let x = 0; x < flow.width; x++, i++) {
      locate(taps, x + flow.data[2 * i]!, y + flow.data[2 * i + 1]!, from);
      out[i] = valueAt(from.data, taps);
    }
  }
  return out;
}

/**
 * Matches the local mean and contrast of `warped` to `target`: least squares of target = gain * warped + offset in each window.
 */
function matchContrast(
  warped: Float32Array,
  target: Float32Array,
  window: { width: number; height: number; radius: number },
): void {
  const mean = boxMean(warped, window);
  const wanted = boxMean(target, window);
  const square = boxMean(
    warped.map(v => v * v),
    window,
  );
  const product = boxMean(
    warped.map((v, i) => v * target[i]!),
    window,
  );
  for (let i = 0; i < warped.length; i++) {
    const variance = Math.max(0, square[i]! - mean[i]! * mean[i]!) + GRAIN_VARIANCE;
    const shared = product[i]! - mean[i]! * wanted[i]! + GRAIN_VARIANCE;
    const gain = Math.min(Math.max(shared / variance, GAIN_LIMITS.min), GAIN_LIMITS.max);
    warped[i] = wanted[i]! + gain * (warped[i]! - mean[i]!);
  }
}
