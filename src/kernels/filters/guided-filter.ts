import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import { floatPlane, type Plane } from '../../media/fields/plane.ts';
import { boxSum } from './box-mean.ts';
import { resizeArea } from './resample.ts';

/**
 * Weight of a neutral-colour prior in every cell. It costs a thousandth of the saturation at trust 1. In a window without trust
 * nothing else remains, so colour fades to neutral as trust approaches it.
 */
const NEUTRAL_WEIGHT = 1e-3;

export interface GuidedOptions {
  /** Window radius in cells of the field's grid: 2 * radius + 1 cells each way. */
  readonly radius: number;
  /** Regularisation: guide variance that counts as flat, in units of full white squared, e.g. (levels / 255)^2. */
  readonly epsilon: number;
}

/** Chroma planes at picture size, -0.5..0.5. */
export interface ChromaPlanes {
  readonly cb: Plane<Float32Array>;
  readonly cr: Plane<Float32Array>;
}

/**
 * Local linear models on the field's grid: chroma = slope * luma + offset, luma in 0..1; and the mean trust of the cells fitted.
 */
interface LocalModels {
  readonly slopeCb: Float32Array;
  readonly offsetCb: Float32Array;
  readonly slopeCr: Float32Array;
  readonly offsetCr: Float32Array;
  readonly trust: Float32Array;
}

/**
 * Upsamples a field to the size of `high` with luma as the guide: the fast guided filter (He, Sun 2015, arXiv 1505.00996) with
 * trust as least-squares weight.
 * `low`: gray on the field's grid. `high`: gray at the target size (any ratio >= 1). Cells of trust 0 have no influence; a window
 * without trust is neutral.
 */
export function guidedUpsample(
  field: ChromaField,
  low: Plane<Uint8Array>,
  high: Plane<Uint8Array>,
  options: GuidedOptions,
): ChromaPlanes {
  const models = fitLocalModels(field, low, options);
  const upsample = (data: Float32Array) =>
    resizeArea({ width: field.width, height: field.height, data }, high.width, high.height).data;
  const evaluate = (slopes: Float32Array, offsets: Float32Array) => {
    const out = floatPlane(high.width, high.height);
    const slope = upsample(slopes);
    const offset = upsample(offsets);
    for (let i = 0; i < out.data.length; i++) out.data[i] = slope[i]! * (high.data[i]! / 255) + offset[i]!;
    return out;
  };
  return { cb: evaluate(models.slopeCb, models.offsetCb), cr: evaluate(models.slopeCr, models.offsetCr) };
}

/**
 * The same without upsampling: cells of low trust take the colour of neighbours of similar luma. The returned trust is the
 * neighbours' mean trust, each weighted by its own trust.
 */
export function smoothField(field: ChromaField, guide: Plane<Uint8Array>, options: GuidedOptions): ChromaField {
  const models = fitLocalModels(field, guide, options);
  const out = chromaField(field.width, field.height);
  for (let i = 0; i < out.cb.length; i++) {
    const luma = guide.data[i]! / 255;
    out.cb[i] = models.slopeCb[i]! * luma + models.offsetCb[i]!;
    out.cr[i] = models.slopeCr[i]! * luma + models.offsetCr[i]!;
  }
  out.trust.set(models.trust);
  return out;
}

/**
 * Weighted least squares in each window, then for each cell the trust-weighted mean of the models of all windows that contain it.
 */
function fitLocalModels(field: ChromaField, guide: Plane<Uint8Array>, options: GuidedOptions): LocalModels {
  const models = fitWindows(field, guide, options);
  const window = { width: field.width, height: field.height, radius: options.radius };
  const total = boxSum(models.weight, window);
  const average = (values: Float32Array) => {
    const sums = boxSum(
      values.map((value, i) => value * models.weight[i]!),
      window,
    );
    return sums.map((sum, i) => sum / total[i]!);
  };
  return {
    slopeCb: average(models.slopeCb),
    offsetCb: average(models.offsetCb),
    slopeCr: average(models.slopeCr),
    offsetCr: average(models.offsetCr),
    trust: average(models.trust),
  };
}

function fitWindows(
  field: ChromaField,
  guide: Plane<Uint8Array>,
  options: GuidedOptions,
): LocalModels & { weight: Float32Array } {
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
  const modelOf = (chroma: Float32Array) => {
    const level = moment(i => field.trust[i]! * chroma[i]!);
    const product = moment(i => field.trust[i]! * chroma[i]! * luma[i]!);
    const slope = product.map((p, i) => {
      const variance = Math.max(0, square[i]! - mean[i]! * mean[i]!);
      return (p - mean[i]! * level[i]!) / (variance + options.epsilon);
    });
    return { slope, offset: level.map((l, i) => l - slope[i]! * mean[i]!) };
  };
  const cb = modelOf(field.cb);
  const cr = modelOf(field.cr);
  const trust = moment(i => field.trust[i]! * field.trust[i]!);
  return { slopeCb: cb.slope, offsetCb: cb.offset, slopeCr: cr.slope, offsetCr: cr.offset, trust, weight };
}
