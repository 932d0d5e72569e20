import { integerPlane } from '../media/plane.ts';
import type { Arena } from './arena.ts';
import { codeRange, type quantiseChroma, rgbWeights } from './color.ts';
import type { KernelExports } from './wasm.ts';

export function simdQuantiseChroma(wasm: KernelExports, arena: Arena): typeof quantiseChroma {
  return (chroma, luma, options) => {
    arena.clear();
    const weights = rgbWeights(options.matrix);
    const gray = codeRange(options.range, 8);
    const codes = codeRange(options.range, options.depth);
    const cb = integerPlane(luma.width, luma.height, options.depth);
    const cr = integerPlane(luma.width, luma.height, options.depth);
    const out = { cb: arena.take(cb.data.byteLength), cr: arena.take(cr.data.byteLength) };
    wasm.quantiseChroma(
      arena.put(chroma.cb.data),
      arena.put(chroma.cr.data),
      arena.put(luma.data),
      luma.data.length,
      gray.black,
      gray.luma,
      weights.red,
      weights.greenCb,
      weights.greenCr,
      weights.blue,
      codes.neutral,
      codes.chroma,
      codes.least,
      codes.most,
      cb.data.BYTES_PER_ELEMENT,
      out.cb,
      out.cr,
    );
    arena.get(out.cb, cb.data);
    arena.get(out.cr, cr.data);
    return { cb, cr };
  };
}
