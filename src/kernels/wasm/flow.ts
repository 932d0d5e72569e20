import { type FlowField, flowField } from '../../media/fields/flow-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { type FlowOptions, type FlowScales, flowScales, settingsAt } from '../flow/flow.ts';
import { BORDER } from '../flow/flow-pyramid.ts';
import { patchCorners } from '../flow/patch-search.ts';
import type { Arena } from './arena.ts';
import type { KernelExports } from './load-kernels.ts';

/** Size of a patch in assembly/patch-search.ts, in bytes. */
const PATCH_BYTES = 64;
/** Size of a patch's motion, in bytes. */
const MOTION_BYTES = 16;

/** A pyramid level in wasm memory. */
export interface WasmLevel {
  readonly width: number;
  readonly height: number;
  readonly address: number;
  readonly bytes: number;
}

/** The flow of a level in wasm memory. */
interface LevelFlow {
  readonly address: number;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

/** Everything a search needs: the pyramids of both pictures, and scratch memory. */
export interface WasmSearch extends Pick<FlowOptions, 'iterations' | 'regularise'> {
  readonly at: readonly WasmLevel[];
  readonly from: readonly WasmLevel[];
  readonly room: ReturnType<typeof searchRoom>;
  readonly scales: FlowScales;
}

/** SIMD version of `estimateFlow`. Runs the steps of assembly/. */
export function simdEstimateFlow(wasm: KernelExports, arena: Arena) {
  return (at: Plane<Uint8Array>, from: Plane<Uint8Array>, options: FlowOptions): FlowField => {
    arena.clear();
    const scales = flowScales(at, options);
    const levels = (picture: Plane<Uint8Array>) =>
      fillPyramid(wasm, arena, { width: at.width, height: at.height, pixels: arena.put(picture.data) }, scales.start);
    const search = { ...options, at: levels(at), from: levels(from), scales };
    const room = searchRoom(arena, search.at[scales.finest]!);
    const { initial } = options;
    const start = initial && { address: arena.put(initial.data), width: initial.width, height: initial.height, scale: 0 };
    return upsampled(wasm, arena, searchScales(wasm, { ...search, room }, start), at);
  };
}

/** Searches from the coarsest level to the finest. The flow lies in `room`; the next search overwrites it. */
export function searchScales(wasm: KernelExports, search: WasmSearch, initial: LevelFlow | undefined): LevelFlow {
  const { room, scales } = search;
  let flow = initial;
  for (let scale = scales.start; scale >= scales.finest; scale--) {
    const { width, height, address: at } = search.at[scale]!;
    const from = search.from[scale]!.address;
    const ratio = flow ? 2 ** (scale - flow.scale) : 1;
    wasm.startPatches(room.patches, width, height, flow?.address ?? 0, flow?.width ?? 0, flow?.height ?? 0, ratio);
    wasm.fillGradients(at, width, height, room.planes[0]!, room.planes[1]!);
    const { iterations, beyond, regularise } = settingsAt(scale, { ...search, initial });
    wasm.searchLevel(at, from, width, height, room.planes[0]!, room.planes[1]!, room.patches, iterations, beyond);
    if (regularise) wasm.regularise(room.patches, width, height, room.motions);
    wasm.densifyLevel(at, from, width, height, room.patches, room.planes[0]!, room.planes[1]!, room.planes[2]!, room.flow);
    flow = { address: room.flow, width, height, scale };
  }
  return flow!;
}

/** Builds the pyramid of the picture at `pixels`, finest level first. */
export function fillPyramid(
  wasm: KernelExports,
  arena: Arena,
  picture: { readonly width: number; readonly height: number; readonly pixels: number },
  coarsest: number,
): WasmLevel[] {
  const levels: WasmLevel[] = [];
  let { width, height } = picture;
  for (let scale = 0; scale <= coarsest; scale++) {
    const bytes = (width + 2 * BORDER) * (height + 2 * BORDER);
    levels.push({ width, height, bytes, address: arena.take(bytes) });
    width = (width + 1) >> 1;
    height = (height + 1) >> 1;
  }
  fillLevels(wasm, levels, picture.pixels);
  return levels;
}

/** Refills existing levels with another picture. */
export function fillLevels(wasm: KernelExports, levels: readonly WasmLevel[], pixels: number): void {
  for (const [scale, { width, height, address }] of levels.entries()) {
    const finer = levels[scale - 1];
    if (finer) wasm.halveLevel(finer.address, finer.width, finer.height, address);
    else wasm.fillLevel(pixels, width, height, address);
  }
}

/** Scratch buffers large enough for the finest level, shared by all levels. */
export function searchRoom(arena: Arena, finest: { readonly width: number; readonly height: number }) {
  const cells = finest.width * finest.height;
  const patches = patchCorners(finest.width).length * patchCorners(finest.height).length;
  return {
    patches: arena.take(patches * PATCH_BYTES),
    motions: arena.take(patches * MOTION_BYTES),
    planes: [arena.take(cells * 4), arena.take(cells * 4), arena.take(cells * 4)],
    flow: arena.take(cells * 8),
  };
}

function upsampled(wasm: KernelExports, arena: Arena, flow: LevelFlow, size: { width: number; height: number }): FlowField {
  const out = flowField(size.width, size.height);
  if (flow.scale === 0) {
    arena.get(flow.address, out.data);
    return out;
  }
  const address = arena.take(out.data.byteLength);
  wasm.upsampleFlow(flow.address, flow.width, flow.height, 2 ** flow.scale, address, size.width, size.height);
  arena.get(address, out.data);
  return out;
}
