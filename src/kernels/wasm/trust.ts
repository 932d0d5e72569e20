import { chromaField } from '../../media/fields/chroma-field.ts';
import { type PropagatedField, propagatedField } from '../../media/fields/propagated-field.ts';
import type { mixFields, weighCandidate } from '../propagation/trust.ts';
import type { Arena } from './arena.ts';
import { type FieldAddresses, putField } from './guided-filter.ts';
import type { KernelExports } from './load-kernels.ts';

export function simdWeighCandidate(wasm: KernelExports, arena: Arena): typeof weighCandidate {
  return (field, flowErrors, { tolerance, table }) => {
    arena.clear();
    const { cb, cr, trust } = putField(arena, field);
    const [error, pathError] = [arena.put(flowErrors.error.data), arena.put(flowErrors.pathError.data)];
    const out = propagatedField(field.width, field.height);
    const [color, weightAndTrust] = [arena.take(out.color.byteLength), arena.take(out.color.byteLength)];
    wasm.weighCandidate(cb, cr, trust, error, pathError, arena.put(table), tolerance, out.color.length, color, weightAndTrust);
    arena.get(color, out.color);
    arena.get(weightAndTrust, out.weightAndTrust);
    return out;
  };
}

export function simdMixFields(wasm: KernelExports, arena: Arena): typeof mixFields {
  return candidates => {
    arena.clear();
    const out = chromaField(candidates[0]!.width, candidates[0]!.height);
    const mixed = putMixed(wasm, arena, candidates);
    for (const part of ['cb', 'cr', 'trust'] as const) arena.get(mixed[part], out[part]);
    return out;
  };
}

/** Copies all candidates into the arena and blends them there. */
export function putMixed(wasm: KernelExports, arena: Arena, candidates: readonly PropagatedField[]): FieldAddresses {
  const bytes = candidates[0]!.color.byteLength;
  const zeros = () => arena.zero(arena.take(bytes), bytes);
  const [cb, cr, trust, weight] = [zeros(), zeros(), zeros(), zeros()];
  const [color, weightAndTrust] = [arena.take(bytes), arena.take(bytes)];
  for (const candidate of candidates) {
    arena.set(color, candidate.color);
    arena.set(weightAndTrust, candidate.weightAndTrust);
    wasm.addCandidate(color, weightAndTrust, bytes / 4, cb, cr, trust, weight);
  }
  for (const sum of [cb, cr]) wasm.divide(sum, weight, bytes / 4);
  return { cb, cr, trust };
}
