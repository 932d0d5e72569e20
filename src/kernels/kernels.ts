import type { ChromaField } from '../media/fields/chroma-field.ts';
import type { PropagatedField } from '../media/fields/propagated-field.ts';
import { chromaCodes } from './color/chroma-codes.ts';
import { quantiseChroma } from './color/color.ts';
import { guidedUpsample, smoothField } from './filters/guided-filter.ts';
import { boxDecimate, resizeArea, resizeField } from './filters/resample.ts';
import { betterFlow, consistencyError, photometricError } from './flow/compare.ts';
import { estimateFlow } from './flow/flow.ts';
import { composeFlow, warpField, warpScalar } from './flow/warp.ts';
import { propagateSpan, type SpanInput, type SpanKernels, type SpanOptions } from './propagation/propagate-span.ts';
import { smoothUntrusted } from './propagation/smooth-untrusted.ts';
import { type Neighbour, temporalAverage } from './propagation/temporal-average.ts';
import { mixFields, weighCandidate } from './propagation/trust.ts';

/**
 * Per-frame computation. Kernels take planes and return new planes in shared memory; they keep nothing between calls that
 * changes a result. Each is documented at its TypeScript definition.
 */
export interface Kernels extends SpanKernels {
  readonly boxDecimate: typeof boxDecimate;
  readonly resizeArea: typeof resizeArea;
  readonly resizeField: typeof resizeField;
  readonly guidedUpsample: typeof guidedUpsample;
  readonly smoothField: typeof smoothField;
  readonly quantiseChroma: typeof quantiseChroma;
  readonly chromaCodes: typeof chromaCodes;
  readonly mixFields: typeof mixFields;
  readonly smoothUntrusted: typeof smoothUntrusted;
  readonly temporalAverage: (field: ChromaField, neighbours: readonly Neighbour[], share: number) => ChromaField;
  readonly propagateSpan: (span: SpanInput, options: SpanOptions) => PropagatedField[];
}

const plainSteps = {
  boxDecimate,
  resizeArea,
  resizeField,
  estimateFlow,
  composeFlow,
  warpField,
  warpScalar,
  consistencyError,
  photometricError,
  betterFlow,
  guidedUpsample,
  smoothField,
  quantiseChroma,
  chromaCodes,
  weighCandidate,
  mixFields,
  smoothUntrusted,
};

/** The reference implementation of every kernel, in TypeScript. */
export const plainKernels: Kernels = {
  ...plainSteps,
  temporalAverage: (...input) => temporalAverage(plainSteps, ...input),
  propagateSpan: (span, options) => propagateSpan(plainSteps, span, options),
};
