import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import { type FlowField, flowField } from '../../media/fields/flow-field.ts';
import { floatPlane, type Plane } from '../../media/fields/plane.ts';
import { composeFlow, warpField, warpScalar } from '../flow/warp.ts';
import type { Arena } from './arena.ts';
import type { KernelExports } from './load-kernels.ts';

/** Vector loops read 2 x 2 cells. Smaller grids use the reference implementation. */
export function isThin(grid: { width: number; height: number }): boolean {
  return grid.width < 2 || grid.height < 2;
}

export function simdComposeFlow(wasm: KernelExports, arena: Arena): typeof composeFlow {
  return (near, far) => {
    if (isThin(near)) return composeFlow(near, far);
    arena.clear();
    const composed = flowField(near.width, near.height);
    const from = { near: arena.put(near.data), far: arena.put(far.data) };
    const out = arena.take(composed.data.byteLength);
    wasm.composeFlow(from.near, from.far, near.width, near.height, out);
    arena.get(out, composed.data);
    return composed;
  };
}

export function simdWarpField(wasm: KernelExports, arena: Arena): typeof warpField {
  return (field: ChromaField, flow: FlowField) => {
    if (isThin(flow)) return warpField(field, flow);
    arena.clear();
    const out = chromaField(flow.width, flow.height);
    const from = { cb: arena.put(field.cb), cr: arena.put(field.cr), trust: arena.put(field.trust) };
    const motion = arena.put(flow.data);
    const plane = () => arena.take(out.cb.byteLength);
    const planes = { cb: plane(), cr: plane(), trust: plane() };
    wasm.warpField(from.cb, from.cr, from.trust, motion, flow.width, flow.height, planes.cb, planes.cr, planes.trust);
    arena.get(planes.cb, out.cb);
    arena.get(planes.cr, out.cr);
    arena.get(planes.trust, out.trust);
    return out;
  };
}

export function simdWarpScalar(wasm: KernelExports, arena: Arena): typeof warpScalar {
  return (values: Plane<Float32Array>, flow: FlowField) => {
    if (isThin(flow)) return warpScalar(values, flow);
    arena.clear();
    const out = floatPlane(flow.width, flow.height);
    const from = { values: arena.put(values.data), flow: arena.put(flow.data) };
    const address = arena.take(out.data.byteLength);
    wasm.warpScalar(from.values, from.flow, flow.width, flow.height, address);
    arena.get(address, out.data);
    return out;
  };
}
