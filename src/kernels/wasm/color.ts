import { type IntegerSamples, integerPlane, type Plane } from '../../media/fields/plane.ts';
import { type ChromaCodesOptions, chromaCodes } from '../color/chroma-codes.ts';
import { codeRange, type quantiseChroma, rgbWeights, shownRange } from '../color/color.ts';
import type { Arena } from './arena.ts';
import { canUpsample, upsampleChroma } from './guided-filter.ts';
import type { KernelExports } from './load-kernels.ts';

type CodeOptions = Pick<ChromaCodesOptions, 'matrix' | 'range' | 'depth' | 'window'>;

/** Quantises chroma that lies in the arena. */
function quantise(
  wasm: KernelExports,
  arena: Arena,
  from: { luma: number; cb: number; cr: number; width: number; height: number },
  options: CodeOptions,
): { cb: Plane<IntegerSamples>; cr: Plane<IntegerSamples> } {
  const weights = rgbWeights(options.matrix);
  const gray = codeRange(options.range, 8);
  const codes = shownRange(options);
  const cb = integerPlane(from.width, from.height, options.depth);
  const cr = integerPlane(from.width, from.height, options.depth);
  const out = { cb: arena.take(cb.data.byteLength), cr: arena.take(cr.data.byteLength) };
  wasm.quantiseChroma(
    from.cb,
    from.cr,
    from.luma,
    from.width * from.height,
    gray.black,
    gray.luma,
    weights.red,
    weights.greenCb,
    weights.greenCr,
    weights.blue,
    codes.neutral,
    codes.chroma,
    codes.min,
    codes.max,
    cb.data.BYTES_PER_ELEMENT,
    out.cb,
    out.cr,
  );
  arena.get(out.cb, cb.data);
  arena.get(out.cr, cr.data);
  return { cb, cr };
}

export function simdQuantiseChroma(wasm: KernelExports, arena: Arena): typeof quantiseChroma {
  return (chroma, luma, options) => {
    arena.clear();
    const from = { luma: arena.put(luma.data), cb: arena.put(chroma.cb.data), cr: arena.put(chroma.cr.data) };
    return quantise(wasm, arena, { ...from, width: luma.width, height: luma.height }, options);
  };
}

export function simdChromaCodes(wasm: KernelExports, arena: Arena): typeof chromaCodes {
  return (field, low, high, options) => {
    if (!canUpsample(field, high)) return chromaCodes(field, low, high, options);
    arena.clear();
    const upsampled = upsampleChroma(wasm, arena, { field, low, high }, options);
    return quantise(wasm, arena, { ...upsampled, width: high.width, height: high.height }, options);
  };
}
