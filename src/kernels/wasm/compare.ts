import { flowField } from '../../media/fields/flow-field.ts';
import { floatPlane } from '../../media/fields/plane.ts';
import { type betterFlow, consistencyError, FLICKER_REACH, type PhotometricOptions, photometricError } from '../flow/compare.ts';
import type { Arena } from './arena.ts';
import type { KernelExports } from './load-kernels.ts';
import { isThin } from './warp.ts';

export function simdConsistencyError(wasm: KernelExports, arena: Arena): typeof consistencyError {
  return (forth, back) => {
    if (isThin(forth)) return consistencyError(forth, back);
    arena.clear();
    const error = floatPlane(forth.width, forth.height);
    const from = { forth: arena.put(forth.data), back: arena.put(back.data) };
    const out = arena.take(error.data.byteLength);
    wasm.consistencyError(from.forth, from.back, forth.width, forth.height, out);
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
    const own = { flow: arena.put(one.flow.data), error: arena.put(one.error.data) };
    wasm.betterFlow(own.flow, arena.put(other.flow.data), own.error, arena.put(other.error.data), width * height);
    arena.get(own.flow, flow.data);
    arena.get(own.error, error.data);
    return { flow, error };
  };
}

export function simdPhotometricError(wasm: KernelExports, arena: Arena): typeof photometricError {
  return (at, from, flow, options) => {
    if (isThin(at)) return photometricError(at, from, flow, options);
    arena.clear();
    const { width, height } = at;
    const error = floatPlane(width, height);
    const seen = arena.take(error.data.byteLength);
    wasm.lumaToFloat(arena.put(at.data), error.data.length, seen);
    const pictures = { seen, from: arena.put(from.data), flow: arena.put(flow.data), width, height };
    const room = { ...comparisonRoom(arena, at), out: arena.take(error.data.byteLength) };
    comparePhotometry(wasm, pictures, options, room);
    arena.get(room.out, error.data);
    return error;
  };
}

/** Addresses of the pictures compared: `target` in floats, `from` in bytes. */
interface ComparedPictures {
  readonly seen: number;
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
    carried: plane(),
    difference: plane(),
    own: plane(),
    wanted: plane(),
    square: plane(),
    product: plane(),
  };
}

/** The steps of `photometricError`; the result is in room.out. */
export function comparePhotometry(
  wasm: KernelExports,
  { seen, from, flow, width, height }: ComparedPictures,
  options: PhotometricOptions,
  room: ReturnType<typeof comparisonRoom> & { readonly out: number },
): void {
  const { carried, difference, out: spare } = room;
  const cells = width * height;
  const radius = options.window >> 1;
  const flicker = radius * FLICKER_REACH;
  const mean = (values: number, reach: number, out: number) => wasm.boxMean(values, width, height, reach, room.columns, out);
  wasm.warpLuma(from, flow, width, height, carried);
  if (options.normalise === 'mean-and-gain') {
    mean(carried, flicker, room.own);
    mean(seen, flicker, room.wanted);
    wasm.multiply(carried, carried, cells, spare);
    mean(spare, flicker, room.square);
    wasm.multiply(carried, seen, cells, spare);
    mean(spare, flicker, room.product);
    wasm.matchContrast(carried, room.own, room.wanted, room.square, room.product, cells);
  }
  if (options.normalise === 'mean') {
    wasm.subtract(seen, carried, cells, spare);
    mean(spare, flicker, carried);
    wasm.distance(spare, carried, cells, difference);
  } else {
    wasm.distance(seen, carried, cells, difference);
  }
  mean(difference, radius, spare);
}
