import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import { floatPlane, type Plane } from '../../media/fields/plane.ts';
import { type GuidedOptions, guidedUpsample, type smoothField } from '../filters/guided-filter.ts';
import { axisTaps } from '../filters/resample.ts';
import type { Arena } from './arena.ts';
import type { KernelExports } from './load-kernels.ts';
import { isThin } from './warp.ts';

/** Bytes per cell of the moments, and of the averaged models, in assembly/guided-filter.ts. */
const SUM_BYTES = 32;
const LINE_BYTES = 16;
/** Vector loops write up to this many cells beyond the end of a row. */
const SPILLED_CELLS = 4;

/** Addresses of the averaged models and their trust. */
interface AveragedLines {
  readonly lines: number;
  readonly trust: number;
}

/** A field in the arena. */
export interface FieldAddresses {
  readonly cb: number;
  readonly cr: number;
  readonly trust: number;
}

export function putField(arena: Arena, { cb, cr, trust }: ChromaField): FieldAddresses {
  return { cb: arena.put(cb), cr: arena.put(cr), trust: arena.put(trust) };
}

/** Fits the model of every window and averages the models per cell. Overwrites the field's trust. */
export function fitAndAverage(
  wasm: KernelExports,
  arena: Arena,
  field: FieldAddresses & { readonly luma: number; readonly width: number; readonly height: number },
  { radius, epsilon }: GuidedOptions,
): AveragedLines {
  const { luma, cb, cr, trust, width, height } = field;
  const cells = (count: number) => arena.take((count + SPILLED_CELLS) * SUM_BYTES);
  const ring = arena.take((width + SPILLED_CELLS) * (2 * radius + 1) * SUM_BYTES);
  const late = cells(width);
  const columns = cells(width);
  const sums = cells(width);
  const lines = cells(width * height);
  wasm.fitLines(luma, cb, cr, trust, width, height, radius, epsilon, ring, late, columns, sums, lines);
  const averaged = { lines: arena.take(width * height * LINE_BYTES), trust };
  wasm.averageLines(lines, width, height, radius, late, columns, sums, averaged.lines, trust);
  return averaged;
}

function fitField(wasm: KernelExports, arena: Arena, field: ChromaField, luma: number, options: GuidedOptions): AveragedLines {
  const { width, height } = field;
  return fitAndAverage(wasm, arena, { ...putField(arena, field), luma, width, height }, options);
}

export function simdSmoothField(wasm: KernelExports, arena: Arena): typeof smoothField {
  return (field, guide, options) => {
    arena.clear();
    const out = chromaField(field.width, field.height);
    const luma = arena.put(guide.data);
    const averaged = fitField(wasm, arena, field, luma, options);
    const cb = arena.take(out.cb.byteLength);
    const cr = arena.take(out.cr.byteLength);
    wasm.evaluateLines(averaged.lines, luma, out.cb.length, cb, cr);
    arena.get(cb, out.cb);
    arena.get(cr, out.cr);
    arena.get(averaged.trust, out.trust);
    return out;
  };
}

/** Whether the SIMD version supports these sizes. Others use the reference implementation. */
export function canUpsample(field: ChromaField, high: { width: number; height: number }): boolean {
  return high.width >= field.width && high.height >= field.height && !isThin(field);
}

/** Chroma upsampled to the size of `high`, and its luma, as addresses. The arena must be clear. */
export function upsampleChroma(
  wasm: KernelExports,
  arena: Arena,
  pictures: { field: ChromaField; low: Plane<Uint8Array>; high: Plane<Uint8Array> },
  options: GuidedOptions,
): { luma: number; cb: number; cr: number } {
  const { field, low, high } = pictures;
  const averaged = fitField(wasm, arena, field, arena.put(low.data), options);
  const out = { luma: arena.put(high.data), cb: arena.take(high.data.length * 4), cr: arena.take(high.data.length * 4) };
  if (high.width === field.width && high.height === field.height) {
    wasm.evaluateLines(averaged.lines, out.luma, high.data.length, out.cb, out.cr);
  } else {
    upsample(wasm, arena, { averaged, field, high, ...out });
  }
  return out;
}

export function simdGuidedUpsample(wasm: KernelExports, arena: Arena): typeof guidedUpsample {
  return (field, low, high, options) => {
    if (!canUpsample(field, high)) return guidedUpsample(field, low, high, options);
    arena.clear();
    const upsampled = upsampleChroma(wasm, arena, { field, low, high }, options);
    const out = { cb: floatPlane(high.width, high.height), cr: floatPlane(high.width, high.height) };
    arena.get(upsampled.cb, out.cb.data);
    arena.get(upsampled.cr, out.cr.data);
    return out;
  };
}

interface UpsampleJob {
  readonly averaged: AveragedLines;
  readonly field: ChromaField;
  readonly luma: number;
  readonly high: Plane<Uint8Array>;
  readonly cb: number;
  readonly cr: number;
}

function upsample(wasm: KernelExports, arena: Arena, job: UpsampleJob): void {
  const { field, high } = job;
  const down = axisTaps(field.height, high.height);
  const across = axisTaps(field.width, high.width);
  const acrossFirst = new Int32Array(high.width + SPILLED_CELLS);
  const acrossWeights = new Float32Array((high.width + SPILLED_CELLS) * 2);
  acrossFirst.set(across.first);
  acrossWeights.set(across.weights);
  wasm.upsampleLines(
    job.averaged.lines,
    field.width,
    job.luma,
    high.width,
    high.height,
    arena.put(down.first),
    arena.put(down.weights),
    arena.put(acrossFirst),
    arena.put(acrossWeights),
    arena.take(field.width * LINE_BYTES),
    job.cb,
    job.cr,
  );
}
