import { type ChromaField, chromaField } from '../media/chroma-field.ts';
import type { Arena } from './arena.ts';
import type { calmEnds, Ends } from './calm.ts';
import { type FieldAddresses, fitAndSettle } from './simd-guided-filter.ts';
import type { KernelExports } from './wasm.ts';

export function simdCalmEnds(wasm: KernelExports, arena: Arena): typeof calmEnds {
  return (ends, guide, options) => {
    const size = ends.left ?? ends.right;
    if (!size) return undefined;
    arena.clear();
    const cells = guide.data.length;
    const field = mixed(wasm, arena, ends, options.nearness)!;
    const weights = arena.take(cells * 4);
    wasm.raiseAll(field.trust, cells, options.floor, weights);
    const luma = arena.put(guide.data);
    const { lines } = fitAndSettle(
      wasm,
      arena,
      { ...field, trust: weights, luma, width: size.width, height: size.height },
      options,
    );
    const smooth = { cb: arena.take(cells * 4), cr: arena.take(cells * 4) };
    wasm.evaluateLines(lines, luma, cells, smooth.cb, smooth.cr);
    const out = chromaField(size.width, size.height);
    for (const part of ['cb', 'cr'] as const) {
      wasm.approach(field[part], smooth[part], field.trust, cells);
      arena.get(field[part], out[part]);
    }
    arena.get(field.trust, out.trust);
    return out;
  };
}

function mixed(wasm: KernelExports, arena: Arena, { left, right }: Ends, nearness: number): FieldAddresses | undefined {
  const put = (field: ChromaField) => ({ cb: arena.put(field.cb), cr: arena.put(field.cr), trust: arena.put(field.trust) });
  const [one, other] = [left && put(left), right && put(right)];
  if (!one || !other || !left) return one ?? other;
  const cells = left.cb.length;
  const share = arena.take(cells * 4);
  wasm.mixShare(one.trust, other.trust, cells, nearness, share, one.trust);
  wasm.mixPlanes(one.cb, other.cb, share, cells, one.cb);
  wasm.mixPlanes(one.cr, other.cr, share, cells, one.cr);
  return one;
}
