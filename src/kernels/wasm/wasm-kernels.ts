import type { Kernels } from '../kernels.ts';
import { propagateSpan, type SpanInput, type SpanOptions } from '../propagation/propagate-span.ts';
import { temporalAverage } from '../propagation/temporal-average.ts';
import { Arena } from './arena.ts';
import { simdChromaCodes, simdQuantiseChroma } from './color.ts';
import { simdBetterFlow, simdConsistencyError, simdPhotometricError } from './compare.ts';
import { simdEstimateFlow } from './flow.ts';
import { simdGuidedUpsample, simdSmoothField } from './guided-filter.ts';
import { instantiateKernels } from './load-kernels.ts';
import { simdPropagateSpan } from './propagate-span.ts';
import { simdBoxDecimate, simdResizeArea, simdResizeField } from './resample.ts';
import { simdSmoothUntrusted } from './smooth-untrusted.ts';
import { simdTemporalAverage } from './temporal-average.ts';
import { simdMixFields, simdWeighCandidate } from './trust.ts';
import { simdComposeFlow, simdWarpField, simdWarpScalar } from './warp.ts';

/**
 * Loads the kernels of this thread: its own WebAssembly instance and memory, so that threads share only the planes passed between
 * them. Throws `environment` if the compiled kernels are missing.
 */
export async function loadKernels(): Promise<Kernels> {
  const wasm = await instantiateKernels();
  const arena = new Arena(wasm.memory, wasm.heapBase());
  const resizeArea = simdResizeArea(wasm, arena);
  const steps = {
    boxDecimate: simdBoxDecimate(wasm, arena),
    resizeArea,
    resizeField: simdResizeField(resizeArea),
    estimateFlow: simdEstimateFlow(wasm, arena),
    composeFlow: simdComposeFlow(wasm, arena),
    warpField: simdWarpField(wasm, arena),
    warpScalar: simdWarpScalar(wasm, arena),
    consistencyError: simdConsistencyError(wasm, arena),
    photometricError: simdPhotometricError(wasm, arena),
    betterFlow: simdBetterFlow(wasm, arena),
    guidedUpsample: simdGuidedUpsample(wasm, arena),
    smoothField: simdSmoothField(wasm, arena),
    quantiseChroma: simdQuantiseChroma(wasm, arena),
    chromaCodes: simdChromaCodes(wasm, arena),
    weighCandidate: simdWeighCandidate(wasm, arena),
    mixFields: simdMixFields(wasm, arena),
    smoothUntrusted: simdSmoothUntrusted(wasm, arena),
  };
  const inSteps = (span: SpanInput, options: SpanOptions) => propagateSpan(steps, span, options);
  const averageInSteps = (...input: Parameters<Kernels['temporalAverage']>) => temporalAverage(steps, ...input);
  return {
    ...steps,
    temporalAverage: simdTemporalAverage(wasm, arena, averageInSteps),
    propagateSpan: simdPropagateSpan(wasm, arena, inSteps),
  };
}
