import { chromaField } from '../../media/fields/chroma-field.ts';
import type { smoothUntrusted } from '../propagation/smooth-untrusted.ts';
import type { Arena } from './arena.ts';
import { fitAndAverage } from './guided-filter.ts';
import type { KernelExports } from './load-kernels.ts';
import { putMixed } from './trust.ts';

export function simdSmoothUntrusted(wasm: KernelExports, arena: Arena): typeof smoothUntrusted {
  return (candidates, guide, options) => {
    arena.clear();
    const field = putMixed(wasm, arena, candidates);
    const { width, height } = guide;
    const cells = width * height;
    const weights = arena.take(cells * 4);
    wasm.addConstant(field.trust, cells, options.untrustedWeight, weights);
    const luma = arena.put(guide.data);
    const { lines } = fitAndAverage(wasm, arena, { ...field, trust: weights, luma, width, height }, options);
    const smooth = { cb: arena.take(cells * 4), cr: arena.take(cells * 4) };
    wasm.evaluateLines(lines, luma, cells, smooth.cb, smooth.cr);
    const out = chromaField(width, height);
    for (const part of ['cb', 'cr'] as const) {
      wasm.blendUntrusted(field[part], smooth[part], field.trust, cells);
      arena.get(field[part], out[part]);
    }
    arena.get(field.trust, out.trust);
    return out;
  };
}
