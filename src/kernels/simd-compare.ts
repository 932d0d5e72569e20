import { flowField } from '../media/flow-field.ts';
import { floatPlane } from '../media/plane.ts';
import type { Arena } from './arena.ts';
import { type betterFlow, FLICKER_REACH, loopError, photometricError } from './compare.ts';
import { isThin } from './simd-warp.ts';
import type { KernelExports } from './wasm.ts';

export function simdLoopError(wasm: KernelExports, arena: Arena): typeof loopError {
  return (forth, back) => {
    if (isThin(forth)) return loopError(forth, back);
    arena.clear();
    const error = floatPlane(forth.width, forth.height);
    const from = { forth: arena.put(forth.data), back: arena.put(back.data) };
    const out = arena.take(error.data.byteLength);
    wasm.loopError(from.forth, from.back, forth.width, forth.height, out);
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
    const cells = width * height;
    const error = floatPlane(width, height);
    const plane = () => arena.take(cells * 4);
    const columns = arena.take(width * 4);
    const radius = options.window >> 1;
    const mean = (values: number, reach: number, out: number) => wasm.boxMean(values, width, height, reach, columns, out);
    const seen = plane();
    const carried = plane();
    const difference = plane();
    const spare = plane();
    wasm.lumaToFloat(arena.put(at.data), cells, seen);
    wasm.warpLuma(arena.put(from.data), arena.put(flow.data), width, height, carried);
    const flicker = radius * FLICKER_REACH;
    if (options.normalise === 'mean-and-gain') {
      const [own, wanted, square, product] = [plane(), plane(), plane(), plane()] as const;
      mean(carried, flicker, own);
      mean(seen, flicker, wanted);
      wasm.multiply(carried, carried, cells, spare);
      mean(spare, flicker, square);
      wasm.multiply(carried, seen, cells, spare);
      mean(spare, flicker, product);
      wasm.matchContrast(carried, own, wanted, square, product, cells);
    }
    if (options.normalise === 'mean') {
      wasm.subtract(seen, carried, cells, spare);
      mean(spare, flicker, carried);
      wasm.distance(spare, carried, cells, difference);
    } else {
      wasm.distance(seen, carried, cells, difference);
    }
    mean(difference, radius, spare);
    arena.get(spare, error.data);
    return error;
  };
}
