import { type ChromaField, chromaField } from '../media/chroma-field.ts';
import { floatPlane } from '../media/plane.ts';
import type { Arena } from './arena.ts';
import { type FieldAddresses, putField } from './simd-guided-filter.ts';
import type { mixFields, weighTrust } from './trust.ts';
import type { KernelExports } from './wasm.ts';

export function simdWeighTrust(wasm: KernelExports, arena: Arena): typeof weighTrust {
  return (field, misgivings, tolerance) => {
    arena.clear();
    const { data: trust } = floatPlane(field.width, field.height);
    const address = arena.put(field.trust);
    const error = arena.put(misgivings.error.data);
    wasm.weighTrust(address, error, arena.put(misgivings.doubt.data), trust.length, tolerance);
    arena.get(address, trust);
    return { ...field, trust };
  };
}

export function simdMixFields(wasm: KernelExports, arena: Arena): typeof mixFields {
  return (left, right, nearness) => {
    arena.clear();
    const out = chromaField(left.width, left.height);
    const mixed = putMixed(wasm, arena, { left, right }, nearness);
    for (const part of ['cb', 'cr', 'trust'] as const) arena.get(mixed[part], out[part]);
    return out;
  };
}

/** Both fields into the arena, mixed there. */
export function putMixed(
  wasm: KernelExports,
  arena: Arena,
  { left, right }: { left: ChromaField; right: ChromaField },
  nearness: number,
): FieldAddresses {
  const [own, other] = [putField(arena, left), putField(arena, right)];
  const cells = left.trust.length;
  const share = arena.take(cells * 4);
  wasm.mixShare(own.trust, other.trust, cells, nearness, share, own.trust);
  for (const part of ['cb', 'cr'] as const) wasm.mixPlanes(own[part], other[part], share, cells, own[part]);
  return own;
}
