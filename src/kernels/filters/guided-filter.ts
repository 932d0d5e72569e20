import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import { floatPlane, type Plane } from '../../media/fields/plane.ts';
import { boxSum } from './box-mean.ts';
import { resizeArea } from './resample.ts';

/**
 * The weight every cell has as an observation of neutral colour. Beside trust 1 it takes a thousandth of the colour away;
 * in a window without any trust it is all there is, so colour fades to neutral as trust fades below it.
 */
const NEUTRAL_WEIGHT = 1e-3;

export interface GuidedOptions {
  /** Reach of the windows in cells of the field's grid: 2 * radius + 1 cells each way. */
  readonly radius: number;
  /** What counts as flat in the guide, as a variance of luma in units of full white squared: (levels / 255)^2. */
  readonly epsilon: number;
}

/** Chroma at a picture's size, -0.5..0.5. */
export interface ChromaPlanes {
  readonly cb: Plane<Float32Array>;
  readonly cr: Plane<Float32Array>;
}

/** On the field's grid: chroma = slope * luma + offset, luma in 0..1; and how sure the cells were that the line was laid through. */
interface LocalLines {
  readonly slopeCb: Float32Array;
  readonly offsetCb: Float32Array;
  readonly slopeCr: Float32Array;
  readonly offsetCr: Float32Array;
  readonly trust: Float32Array;
}

/**
 * Bring a field up to the size of `high` with the luma as guide: the fast guided filter (He, Sun 2015, arXiv 1505.00996) with
 * trust as the weight of least squares. `low`: the gray on the field's grid; `high`: the gray at the wanted size (any ratio
 * >= 1, also 1). Cells of trust 0 contribute nothing; a window without any trust is neutral.
 */
export function guidedUpsample(
  field: ChromaField,
  low: Plane<Uint8Array>,
  high: Plane<Uint8Array>,
  options: GuidedOptions,
): ChromaPlanes {
  const lines = localLines(field, low, options);
  const raise = (data: Float32Array) =>
    resizeArea({ width: field.width, height: field.height, data }, high.width, high.height).data;
  const evaluate = (slopes: Float32Array, offsets: Float32Array) => {
    const out = floatPlane(high.width, high.height);
    const slope = raise(slopes);
    const offset = raise(offsets);
    for (let i = 0; i < out.data.length; i++) out.data[i] = slope[i]! * (high.data[i]! / 255) + offset[i]!;
    return out;
  };
  return { cb: evaluate(lines.slopeCb, lines.offsetCb), cr: evaluate(lines.slopeCr, lines.offsetCr) };
}

/**
 * The same at equal size: cells of low trust take the colour of their neighbours of like luma. The trust returned is the
 * mean trust of the neighbours, each weighted by its own trust.
 */
export function smoothField(field: ChromaField, guide: Plane<Uint8Array>, options: GuidedOptions): ChromaField {
  const lines = localLines(field, guide, options);
  const out = chromaField(field.width, field.height);
  for (let i = 0; i < out.cb.length; i++) {
    const luma = guide.data[i]! / 255;
    out.cb[i] = lines.slopeCb[i]! * luma + lines.offsetCb[i]!;
    out.cr[i] = lines.slopeCr[i]! * luma + lines.offsetCr[i]!;
  }
  out.trust.set(lines.trust);
  return out;
}

/** Weighted least squares over each window, then the mean of the lines of all windows that hold a cell, weighted by their trust. */
function localLines(field: ChromaField, guide: Plane<Uint8Array>, options: GuidedOptions): LocalLines {
  const lines = windowLines(field, guide, options);
  const window = { width: field.width, height: field.height, radius: options.radius };
  const total = boxSum(lines.weight, window);
  const settle = (values: Float32Array) => {
    const sums = boxSum(
      values.map((value, i) => value * lines.weight[i]!),
      window,
    );
    return sums.map((sum, i) => sum / total[i]!);
  };
  return {
    slopeCb: settle(lines.slopeCb),
    offsetCb: settle(lines.offsetCb),
    slopeCr: settle(lines.slopeCr),
    offsetCr: settle(lines.offsetCr),
    trust: settle(lines.trust),
  };
}

function windowLines(
  field: ChromaField,
  guide: Plane<Uint8Array>,
  options: GuidedOptions,
): LocalLines & { weight: Float32Array } {
  const window = { width: field.width, height: field.height, radius: options.radius };
  const luma = Float32Array.from(guide.data, level => level / 255);
  const weights = field.trust.map(trust => trust + NEUTRAL_WEIGHT);
  const sumOver = (value: (i: number) => number) =>
    boxSum(
      luma.map((_, i) => value(i)),
      window,
    );
  const weight = sumOver(i => weights[i]!);
  const moment = (value: (i: number) => number) => sumOver(value).map((sum, i) => sum / weight[i]!);
  const mean = moment(i => weights[i]! * luma[i]!);
  const square = moment(i => weights[i]! * luma[i]! * luma[i]!);
  const lineOf = (chroma: Float32Array) => {
    const level = moment(i => field.trust[i]! * chroma[i]!);
    const product = moment(i => field.trust[i]! * chroma[i]! * luma[i]!);
    const slope = product.map((p, i) => {
      const variance = Math.max(0, square[i]! - mean[i]! * mean[i]!);
      return (p - mean[i]! * level[i]!) / (variance + options.epsilon);
    });
    return { slope, offset: level.map((l, i) => l - slope[i]! * mean[i]!) };
  };
  const cb = lineOf(field.cb);
  const cr = lineOf(field.cr);
  const trust = moment(i => field.trust[i]! * field.trust[i]!);
  return { slopeCb: cb.slope, offsetCb: cb.offset, slopeCr: cr.slope, offsetCr: cr.offset, trust, weight };
}
