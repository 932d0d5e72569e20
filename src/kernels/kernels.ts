import type { CarriedField } from '../media/carried-field.ts';
import type { ChromaField } from '../media/chroma-field.ts';
import { calmMix } from './calm.ts';
import { type CarryOptions, type CarrySpan, type CarrySteps, carryAlong } from './carry.ts';
import { chromaCodes } from './chroma-codes.ts';
import { quantiseChroma } from './color.ts';
import { betterFlow, loopError, photometricError } from './compare.ts';
import { estimateFlow } from './flow.ts';
import { guidedUpsample, smoothField } from './guided-filter.ts';
import { boxDecimate, resizeArea, resizeField } from './resample.ts';
import { type Neighbour, steadyField } from './steady-field.ts';
import { mixFields, relyOn } from './trust.ts';
import { composeFlow, warpField, warpScalar } from './warp.ts';

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
