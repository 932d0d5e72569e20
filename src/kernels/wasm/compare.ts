import { flowField } from '../../media/fields/flow-field.ts';
import { floatPlane } from '../../media/fields/plane.ts';
import { type betterFlow, consistencyError, FLICKER_REACH, type PhotometricOptions, photometricError } from '../flow/compare.ts';
import type { Arena } from './arena.ts';
import type { KernelExports } from './load-kernels.ts';
import { isThin } from './warp.ts';

export function simdConsistencyError(wasm: KernelExports, arena: Arena): typeof consistencyError {
  return (forward, backward) => {
    if (isThin(forward)) return consistencyError(forward, backward);
    arena.clear();
    const error = floatPlane(forward.width, forward.height);
    const from = { forward: arena.put(forward.data), backward: arena.put(backward.data) };
    const out = arena.take(error.data.byteLength);
    wasm.consistencyError(from.forward, from.backward, forward.width, forward.height, out);
    arena.get(out, error.data);
    return error;
  };
}

export function simdBetterFlow(wasm: KernelExports, arena: Arena): typeof betterFlow {
  return (one, other) => {
    arena.clear();
    const { width, height } = one.flow;
    const flow = flowField(width, height);
    const error = floatPlane(width, height);
    const best = { flow: arena.put(one.flow.data), error: arena.put(one.error.data) };
    wasm.betterFlow(best.flow, arena.put(other.flow.data), best.error, arena.put(other.error.data), width * height);
    arena.get(best.flow, flow.data);
    arena.get(best.error, error.data);
    return { flow, error };
  };
}

export function simdPhotometricError(wasm: KernelExports, arena: Arena): typeof photometricError {
  return (at, from, flow, options) => {
    if (isThin(at)) return photometricError(at, from, flow, options);
    arena.clear();
    const { width, height } = at;
    const error = floatPlane(width, height);
    const target = arena.take(error.data.byteLength);
    wasm.lumaToFloat(arena.put(at.data), error.data.length, target);
    const pictures = { target, from: arena.put(from.data), flow: arena.put(flow.data), width, height };
    const room = { ...comparisonRoom(arena, at), out: arena.take(error.data.byteLength) };
    comparePhotometry(wasm, pictures, options, room);
    arena.get(room.out, error.data);
    return error;
  };
}

/** Addresses of the pictures compared: `target` in floats, `from` in bytes. */
interface ComparedPictures {
  readonly target: number;
  readonly from: number;
  readonly flow: number;
  readonly width: number;
  readonly height: number;
}

/** Scratch planes for comparisons of one size. */
export function comparisonRoom(arena: Arena, { width, height }: { width: number; height: number }) {
  const plane = () => arena.take(width * height * 4);
  return {
    columns: arena.take(width * 4),
    warped: plane(),
    difference: plane(),
    warpedMean: plane(),
    targetMean: plane(),
    square: plane(),
    product: plane(),
  };
}

/** The steps of `photometricError`; the result is in room.out. */
export function comparePhotometry(
  wasm: KernelExports,
  { target, from, flow, width, height }: ComparedPictures,
  options: PhotometricOptions,
  room: ReturnType<typeof comparisonRoom> & { readonly out: number },
): void {
  const { warped, difference, out: spare } = room;
  const cells = width * height;
  const radius = options.window >> 1;
  const flicker = radius * FLICKER_REACH;
  const mean = (values: number, reach: number, out: number) => wasm.boxMean(values, width, height, reach, room.columns, out);
  wasm.warpLuma(from, flow, width, height, warped);
  if (options.normalise === 'mean-and-gain') {
    mean(warped, flicker, room.warpedMean);
    mean(target, flicker, room.targetMean);
    wasm.multiply(warped, warped, cells, spare);
    mean(spare, flicker, room.square);
    wasm.multiply(warped, target, cells, spare);
    mean(spare, flicker, room.product);
    wasm.matchContrast(warped, room.warpedMean, room.targetMean, room.square, room.product, cells);
  }
  if (options.normalise === 'mean') {
    wasm.subtract(target, warped, cells, spare);
    mean(spare, flicker, warped);
    wasm.distance(spare, warped, cells, difference);
  } else {
    wasm.distance(target, warped, cells, difference);
  }
  mean(difference, radius, spare);
}
