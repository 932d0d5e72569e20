import type { CarriedField } from '../media/fields/carried-field.ts';
import type { ChromaField } from '../media/fields/chroma-field.ts';
import { chromaCodes } from './color/chroma-codes.ts';
import { quantiseChroma } from './color/color.ts';
import { guidedUpsample, smoothField } from './filters/guided-filter.ts';
import { boxDecimate, resizeArea, resizeField } from './filters/resample.ts';
import { betterFlow, loopError, photometricError } from './flow/compare.ts';
import { estimateFlow } from './flow/flow.ts';
import { composeFlow, warpField, warpScalar } from './flow/warp.ts';
import { type CarryOptions, type CarrySpan, type CarrySteps, carryAlong } from './propagation/carry.ts';
import { calmMix } from './propagation/smooth-untrusted.ts';
import { type Neighbour, steadyField } from './propagation/temporal-average.ts';
import { mixFields, relyOn } from './propagation/trust.ts';

/**
 * The arithmetic that runs for every frame: planes in, fresh planes out (in shared memory), nothing kept between calls. Each
 * function is documented where its plain twin is defined.
 */
export interface Kernels extends CarrySteps {
  readonly boxDecimate: typeof boxDecimate;
  readonly resizeArea: typeof resizeArea;
  readonly resizeField: typeof resizeField;
  readonly guidedUpsample: typeof guidedUpsample;
  readonly smoothField: typeof smoothField;
  readonly quantiseChroma: typeof quantiseChroma;
  readonly chromaCodes: typeof chromaCodes;
  readonly mixFields: typeof mixFields;
  readonly calmMix: typeof calmMix;
  readonly steadyField: (field: ChromaField, neighbours: readonly Neighbour[], share: number) => ChromaField;
  readonly carryAlong: (span: CarrySpan, options: CarryOptions) => CarriedField[];
}

const plainSteps = {
  boxDecimate,
  resizeArea,
  resizeField,
  estimateFlow,
  composeFlow,
  warpField,
  warpScalar,
  loopError,
  photometricError,
  betterFlow,
  guidedUpsample,
  smoothField,
  quantiseChroma,
  chromaCodes,
  relyOn,
  mixFields,
  calmMix,
};

/** The definition of every kernel, in TypeScript. */
export const plainKernels: Kernels = {
  ...plainSteps,
  steadyField: (...input) => steadyField(plainSteps, ...input),
  carryAlong: (span, options) => carryAlong(plainSteps, span, options),
};
