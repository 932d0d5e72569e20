import { chromaField } from '../media/chroma-field.ts';
import { floatPlane } from '../media/plane.ts';
import type { Arena } from './arena.ts';
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
    const cells = out.trust.length;
    const share = arena.take(cells * 4);
    const trust = arena.put(left.trust);
    wasm.mixShare(trust, arena.put(right.trust), cells, nearness, share, trust);
    arena.get(trust, out.trust);
    for (const part of ['cb', 'cr'] as const) {
      const own = arena.put(left[part]);
      wasm.mixPlanes(own, arena.put(right[part]), share, cells, own);
      arena.get(own, out[part]);
    }
    return out;
  };
}
