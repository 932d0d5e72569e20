import { chromaField } from '../../media/fields/chroma-field.ts';
import { floatPlane, grayPlane } from '../../media/fields/plane.ts';
import { axisTaps, type boxDecimate, type resizeArea, type resizeField } from '../filters/resample.ts';
import type { Arena } from './arena.ts';
import type { KernelExports } from './load-kernels.ts';

/** Vector loops work on 16 columns at a time and may overrun a row by as many. */
const SPILLED_COLUMNS = 16;

export function simdBoxDecimate(wasm: KernelExports, arena: Arena): typeof boxDecimate {
  return (luma, factor, depth) => {
    arena.clear();
    const out = grayPlane(Math.ceil(luma.width / factor), Math.ceil(luma.height / factor));
    const from = arena.put(luma.data);
    const sums = arena.take((luma.width + SPILLED_COLUMNS) * 4);
    const address = arena.take(out.data.length);
    wasm.boxDecimate(from, luma.width, luma.height, luma.data.BYTES_PER_ELEMENT, factor, 2 ** (depth - 8), sums, address);
    arena.get(address, out.data);
    return out;
  };
}

export function simdResizeArea(wasm: KernelExports, arena: Arena): typeof resizeArea {
  return (plane, width, height) => {
    arena.clear();
    const out = floatPlane(width, height);
    const down = axisTaps(plane.height, height);
    const across = axisTaps(plane.width, width);
    const from = arena.put(plane.data);
    const address = arena.take(out.data.byteLength);
    wasm.resizePlane(
      from,
      plane.data.BYTES_PER_ELEMENT,
      plane.width,
      width,
      height,
      arena.put(down.first),
      arena.put(down.weights),
      down.reach,
      arena.put(across.first),
      arena.put(across.weights),
      across.reach,
      arena.take(plane.width * 4),
      address,
    );
    arena.get(address, out.data);
    return out;
  };
}

export function simdResizeField(resize: typeof resizeArea): typeof resizeField {
  return (field, width, height) => {
    const out = chromaField(width, height);
    for (const name of ['cb', 'cr', 'trust'] as const) {
      out[name].set(resize({ width: field.width, height: field.height, data: field[name] }, width, height).data);
    }
    return out;
  };
}
