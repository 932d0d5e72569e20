import { type CodeFormat, type FullPicture, type RgbPlanes, rgbPlanes } from '../../kernels/color/rgb-planes.ts';
import { canEstimateFlow } from '../../kernels/flow/flow.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { colorfulness } from '../../kernels/measures/colorfulness.ts';
import { consistentMotion } from '../../kernels/measures/consistent-motion.ts';
import { type Flicker, flicker } from '../../kernels/measures/flicker.ts';
import { histogramOf, lumaHistogram } from '../../kernels/measures/histogram.ts';
import { chromaPsnr, type LumaDifference, lumaDifference, meanChroma, rgbPsnr } from '../../kernels/measures/picture-error.ts';
import { flowField } from '../../media/fields/flow-field.ts';
import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';
import type { WorkingGrid } from '../propagate/working-grid.ts';

/** Code formats of the films measured. */
export interface MeasuredFormats {
  readonly result: CodeFormat;
  readonly source: CodeFormat | undefined;
  readonly truth: CodeFormat | undefined;
  readonly grid: WorkingGrid;
}

/** One frame of a finished film (4:4:4), and the same frame of source and ground truth if given. */
export interface PictureInput {
  readonly result: FullPicture;
  readonly source: Plane<IntegerSamples> | undefined;
  readonly truth: FullPicture | undefined;
  readonly formats: MeasuredFormats;
}

/** Measures of a single colour picture. */
export interface ColorMeasures {
  readonly colorfulness: number;
  /** Histograms of R, G and B. */
  readonly histograms: readonly Float64Array[];
  /** Mean Cb and Cr, in 8-bit code values relative to neutral. */
  readonly mean: { readonly cb: number; readonly cr: number };
}

export interface PictureMeasures {
  readonly result: ColorMeasures;
  readonly truth: (ColorMeasures & { readonly psnr: number; readonly chromaPsnr: number }) | undefined;
  readonly luma: LumaDifference | undefined;
  readonly lumaHistogram: Float64Array;
  /** Luma for motion estimation, on the working grid: the source's, else the ground truth's, else the result's. */
  readonly gray: Plane<Uint8Array>;
}

/** Measures one frame. Runs in a worker thread. */
export function measurePicture(kernels: Kernels, { result, source, truth, formats }: PictureInput): PictureMeasures {
  const rgb = rgbPlanes(result, formats.result);
  const reference = source ?? truth?.luma ?? result.luma;
  const referenceFormat = formats.source ?? formats.truth ?? formats.result;
  return {
    result: colorMeasures(result, rgb, formats.result),
    truth: truth && againstTruth({ result, rgb }, truth, formats),
    luma:
      source || truth ? lumaDifference(reference, result.luma, { a: referenceFormat.depth, b: formats.result.depth }) : undefined,
    lumaHistogram: lumaHistogram(reference.data, referenceFormat),
    gray: kernels.boxDecimate(reference, formats.grid.factor, referenceFormat.depth),
  };
}

function colorMeasures(picture: FullPicture, rgb: RgbPlanes, format: CodeFormat): ColorMeasures {
  return {
    colorfulness: colorfulness(rgb),
    histograms: [rgb.r, rgb.g, rgb.b].map(histogramOf),
    mean: meanChroma(picture, format),
  };
}

function againstTruth(
  { result, rgb }: { result: FullPicture; rgb: RgbPlanes },
  truth: FullPicture,
  formats: MeasuredFormats,
): PictureMeasures['truth'] {
  const format = formats.truth!;
  const truthRgb = rgbPlanes(truth, format);
  return {
    ...colorMeasures(truth, truthRgb, format),
    psnr: rgbPsnr(rgb, truthRgb),
    chromaPsnr: chromaPsnr(result, truth, { a: formats.result, b: format }),
  };
}

/** Two consecutive frames, and their lumas on the working grid. */
export interface PairInput {
  readonly results: readonly [FullPicture, FullPicture];
  readonly truths: readonly [FullPicture, FullPicture] | undefined;
  readonly grays: readonly [Plane<Uint8Array>, Plane<Uint8Array>];
  readonly formats: MeasuredFormats;
}

export interface PairMeasures {
  readonly result: Flicker;
  readonly truth: Flicker | undefined;
}

/**
 * Pyramid level at which motion estimation ends: half the grid. Chroma has no more detail, and the common flicker measures use
 * the same.
 */
const FINEST_SCALE = 1;

/** Measures the flicker between two consecutive frames. Runs in a worker thread. */
export function measurePair(kernels: Kernels, { results, truths, grays, formats }: PairInput): PairMeasures {
  const [earlier, later] = grays;
  const search = (at: Plane<Uint8Array>, from: Plane<Uint8Array>) =>
    canEstimateFlow(at) ? kernels.estimateFlow(at, from, { finestScale: FINEST_SCALE }) : flowField(at.width, at.height);
  const motion = { forward: search(earlier, later), backward: search(later, earlier), factor: formats.grid.factor };
  const { width, height } = results[0].luma;
  const consistent = consistentMotion(motion, width, height);
  return {
    result: flicker(...results, consistent, formats.result),
    truth: truths && flicker(...truths, consistent, formats.truth!),
  };
}
