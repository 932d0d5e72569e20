import type { ChromaField } from '../../media/fields/chroma-field.ts';
import { chromaField } from '../../media/fields/chroma-field.ts';
import { CONSISTENT, INCONSISTENT, type Neighbour } from '../propagation/temporal-average.ts';
import type { Arena } from './arena.ts';
import type { KernelExports } from './load-kernels.ts';
import { isThin } from './warp.ts';

type TemporalAverage = (field: ChromaField, neighbours: readonly Neighbour[], share: number) => ChromaField;

/** `inSteps`: the same from single kernels, for grids too small for this. */
export function simdTemporalAverage(wasm: KernelExports, arena: Arena, inSteps: TemporalAverage): TemporalAverage {
  return (field, neighbours, share) => {
    if (isThin(field)) return inSteps(field, neighbours, share);
    arena.clear();
    const { width, height } = field;
    const bytes = field.cb.byteLength;
    const planes = () => ({ cb: arena.take(bytes), cr: arena.take(bytes) });
    const own = { cb: arena.put(field.cb), cr: arena.put(field.cr) };
    const [beside, toward, consistencyError] = [planes(), arena.take(2 * bytes), arena.take(bytes)];
    let [sum, next, spare] = [own, planes(), planes()];
    for (const neighbour of neighbours) {
      for (const part of ['cb', 'cr'] as const) arena.set(beside[part], neighbour.field[part]);
      arena.set(toward, neighbour.toward.flow.data);
      arena.set(consistencyError, neighbour.toward.consistencyError.data);
      const from = [beside.cb, beside.cr, toward, consistencyError, own.cb, own.cr, sum.cb, sum.cr] as const;
      wasm.addNeighbour(...from, width, height, share, CONSISTENT, INCONSISTENT, next.cb, next.cr);
      [sum, next, spare] = [next, spare, next];
    }
    const average = chromaField(width, height);
    for (const part of ['cb', 'cr'] as const) arena.get(sum[part], average[part]);
    average.trust.set(field.trust);
    return average;
  };
}
