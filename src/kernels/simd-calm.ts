import { chromaField } from '../media/chroma-field.ts';
import type { Arena } from './arena.ts';
import type { calmMix } from './calm.ts';
import { fitAndSettle } from './simd-guided-filter.ts';
import { putMixed } from './simd-trust.ts';
import type { KernelExports } from './wasm.ts';

export function simdCalmMix(wasm: KernelExports, arena: Arena): typeof calmMix {
  return (candidates, guide, options) => {
    arena.clear();
    const field = putMixed(wasm, arena, candidates);
    const { width, height } = guide;
    const cells = width * height;
    const weights = arena.take(cells * 4);
    wasm.raiseAll(field.trust, cells, options.floor, weights);
    const luma = arena.put(guide.data);
    const { lines } = fitAndSettle(wasm, arena, { ...field, trust: weights, luma, width, height }, options);
    const smooth = { cb: arena.take(cells * 4), cr: arena.take(cells * 4) };
    wasm.evaluateLines(lines, luma, cells, smooth.cb, smooth.cr);
    const out = chromaField(width, height);
    for (const part of ['cb', 'cr'] as const) {
      wasm.approach(field[part], smooth[part], field.trust, cells);
      arena.get(field[part], out[part]);
    }
    arena.get(field.trust, out.trust);
    return out;
  };
}
