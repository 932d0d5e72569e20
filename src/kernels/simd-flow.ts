import { type FlowField, flowField } from '../media/flow-field.ts';
import type { Plane } from '../media/plane.ts';
import type { Arena } from './arena.ts';
import { type FlowOptions, flowScales, ITERATIONS } from './flow.ts';
import { BORDER } from './flow-pyramid.ts';
import { patchCorners } from './patch-search.ts';
import type { KernelExports } from './wasm.ts';

/** Bytes that assembly/patch-search.ts keeps per patch. */
const PATCH_BYTES = 64;
/** Bytes of a patch's motion. */
const MOTION_BYTES = 16;

interface LevelPair {
  readonly width: number;
  readonly height: number;
  readonly at: number;
  readonly from: number;
}

/** A level's flow in wasm memory. */
interface LevelFlow {
  readonly address: number;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

/** The vector version of `estimateFlow`: the conductor of the steps in assembly/. */
export function simdEstimateFlow(wasm: KernelExports, arena: Arena) {
  return (at: Plane<Uint8Array>, from: Plane<Uint8Array>, options: FlowOptions): FlowField => {
    arena.clear();
    const scales = flowScales(at, options);
    const levels = pyramids(wasm, arena, { at, from }, scales.start);
    const room = roomFor(arena, levels[scales.finest]!);
    const { initial } = options;
    let flow: LevelFlow | undefined = initial && {
      address: arena.put(initial.data),
      width: initial.width,
      height: initial.height,
      scale: 0,
    };
    for (let scale = scales.start; scale >= scales.finest; scale--) {
      const { width, height, at, from } = levels[scale]!;
      const ratio = flow ? 2 ** (scale - flow.scale) : 1;
      wasm.startPatches(room.patches, width, height, flow?.address ?? 0, flow?.width ?? 0, flow?.height ?? 0, ratio);
      wasm.fillSlopes(at, width, height, room.planes[0]!, room.planes[1]!);
      wasm.searchLevel(at, from, width, height, room.planes[0]!, room.planes[1]!, room.patches, options.iterations ?? ITERATIONS);
      if (scale === 0) wasm.agree(room.patches, width, height, room.motions);
      wasm.densifyLevel(at, from, width, height, room.patches, room.planes[0]!, room.planes[1]!, room.planes[2]!, room.flow);
      flow = { address: room.flow, width, height, scale };
    }
    return raised(wasm, arena, flow!, at);
  };
}

function pyramids(
  wasm: KernelExports,
  arena: Arena,
  pictures: { at: Plane<Uint8Array>; from: Plane<Uint8Array> },
  coarsest: number,
): LevelPair[] {
  const levels: LevelPair[] = [];
  let { width, height } = pictures.at;
  const pixels = { at: arena.put(pictures.at.data), from: arena.put(pictures.from.data) };
  for (let scale = 0; scale <= coarsest; scale++) {
    const bytes = (width + 2 * BORDER) * (height + 2 * BORDER);
    const level = { width, height, at: arena.take(bytes), from: arena.take(bytes) };
    for (const which of ['at', 'from'] as const) {
      const finer = levels[scale - 1];
      if (finer) wasm.halveLevel(finer[which], finer.width, finer.height, level[which]);
      else wasm.fillLevel(pixels[which], width, height, level[which]);
    }
    levels.push(level);
    width = (width + 1) >> 1;
    height = (height + 1) >> 1;
  }
  return levels;
}

/** Buffers large enough for the finest level, shared by all levels. */
function roomFor(arena: Arena, finest: LevelPair) {
  const cells = finest.width * finest.height;
  const patches = patchCorners(finest.width).length * patchCorners(finest.height).length;
  return {
    patches: arena.take(patches * PATCH_BYTES),
    motions: arena.take(patches * MOTION_BYTES),
    planes: [arena.take(cells * 4), arena.take(cells * 4), arena.take(cells * 4)],
    flow: arena.take(cells * 8),
  };
}

function raised(wasm: KernelExports, arena: Arena, flow: LevelFlow, size: { width: number; height: number }): FlowField {
  const out = flowField(size.width, size.height);
  if (flow.scale === 0) {
    arena.get(flow.address, out.data);
    return out;
  }
  const address = arena.take(out.data.byteLength);
  wasm.raiseFlow(flow.address, flow.width, flow.height, 2 ** flow.scale, address, size.width, size.height);
  arena.get(address, out.data);
  return out;
}
