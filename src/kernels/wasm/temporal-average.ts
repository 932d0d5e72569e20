import type { ChromaField } from '../../media/fields/chroma-field.ts';
import { chromaField } from '../../media/fields/chroma-field.ts';
import { CONSISTENT, INCONSISTENT, type Neighbour } from '../propagation/temporal-average.ts';
import type { Arena } from './arena.ts';
import { putField } from './guided-filter.ts';
import type { KernelExports } from './load-kernels.ts';
import { isThin } from './warp.ts';

type TemporalAverage = (field: ChromaField, neighbours: readonly Neighbour[], share: number) => ChromaField;

/** `inSteps`: the same from single kernels, for grids too small for this. */
export function simdTemporalAverage(wasm: KernelExports, arena: Arena, inSteps: TemporalAverage): TemporalAverage {
  return (field, neighbours, share) => {
    if (isThin(field)) return inSteps(field, neighbours, share);
    arena.clear();
    const { width, height } = field;
    const cells = width * height;
    const own = putField(arena, field);
    const out = { cb: arena.put(field.cb), cr: arena.put(field.cr) };
    const plane = () => arena.take(cells * 4);
    const warped = { cb: plane(), cr: plane(), trust: plane() };
    const room = { toward: arena.take(cells * 8), packed: arena.take(cells * 16), consistencyError: plane() };
    for (const { field: other, toward } of neighbours) {
      for (const part of ['cb', 'cr', 'trust'] as const) arena.set(warped[part], other[part]);
      arena.set(room.toward, toward.flow.data);
      arena.set(room.consistencyError, toward.consistencyError.data);
      wasm.packField(warped.cb, warped.cr, warped.trust, cells, room.packed);
      wasm.warpField(room.packed, room.toward, width, height, warped.cb, warped.cr, warped.trust);
      for (const part of ['cb', 'cr'] as const) {
        wasm.addNeighbour(out[part], own[part], warped[part], room.consistencyError, cells, share, CONSISTENT, INCONSISTENT);
      }
    }
    const average = chromaField(width, height);
    for (const part of ['cb', 'cr'] as const) arena.get(out[part], average[part]);
    average.trust.set(field.trust);
    return average;
  };
}
