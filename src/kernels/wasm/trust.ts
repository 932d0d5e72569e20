import { type CarriedField, carriedField } from '../../media/fields/carried-field.ts';
import { chromaField } from '../../media/fields/chroma-field.ts';
import type { mixFields, relyOn } from '../propagation/trust.ts';
import type { Arena } from './arena.ts';
import { type FieldAddresses, putField } from './guided-filter.ts';
import type { KernelExports } from './load-kernels.ts';

export function simdRelyOn(wasm: KernelExports, arena: Arena): typeof relyOn {
  return (field, misgivings, { tolerance, table }) => {
    arena.clear();
    const { cb, cr, trust } = putField(arena, field);
    const [error, doubt] = [arena.put(misgivings.error.data), arena.put(misgivings.doubt.data)];
    const out = carriedField(field.width, field.height);
    const [color, reliance] = [arena.take(out.color.byteLength), arena.take(out.color.byteLength)];
    wasm.relyOn(cb, cr, trust, error, doubt, arena.put(table), tolerance, out.color.length, color, reliance);
    arena.get(color, out.color);
    arena.get(reliance, out.reliance);
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

/** All candidates into the arena, mixed there. */
export function putMixed(wasm: KernelExports, arena: Arena, candidates: readonly CarriedField[]): FieldAddresses {
  const bytes = candidates[0]!.color.byteLength;
  const zeros = () => arena.zero(arena.take(bytes), bytes);
  const [cb, cr, trust, weight] = [zeros(), zeros(), zeros(), zeros()];
  const [color, reliance] = [arena.take(bytes), arena.take(bytes)];
  for (const candidate of candidates) {
    arena.set(color, candidate.color);
    arena.set(reliance, candidate.reliance);
    wasm.addCandidate(color, reliance, bytes / 4, cb, cr, trust, weight);
  }
  for (const sum of [cb, cr]) wasm.divide(sum, weight, bytes / 4);
  return { cb, cr, trust };
}
