import type { Kernels } from '../kernels.ts';
import { type CarryOptions, type CarrySpan, carryAlong } from '../propagation/carry.ts';
import { steadyField } from '../propagation/temporal-average.ts';
import { Arena } from './arena.ts';
import { simdCarryAlong } from './carry.ts';
import { simdChromaCodes, simdQuantiseChroma } from './color.ts';
import { simdBetterFlow, simdLoopError, simdPhotometricError } from './compare.ts';
import { simdEstimateFlow } from './flow.ts';
import { simdGuidedUpsample, simdSmoothField } from './guided-filter.ts';
import { instantiateKernels } from './load-kernels.ts';
import { simdBoxDecimate, simdResizeArea, simdResizeField } from './resample.ts';
import { simdCalmMix } from './smooth-untrusted.ts';
import { simdSteadyField } from './temporal-average.ts';
import { simdMixFields, simdRelyOn } from './trust.ts';
import { simdComposeFlow, simdWarpField, simdWarpScalar } from './warp.ts';

/**
 * The kernels of this thread: its own WebAssembly instance and memory, so that threads share nothing but the planes they hand
 * over. Throws `environment` when the compiled kernels are missing.
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
    loopError: simdLoopError(wasm, arena),
    photometricError: simdPhotometricError(wasm, arena),
    betterFlow: simdBetterFlow(wasm, arena),
    guidedUpsample: simdGuidedUpsample(wasm, arena),
    smoothField: simdSmoothField(wasm, arena),
    quantiseChroma: simdQuantiseChroma(wasm, arena),
    chromaCodes: simdChromaCodes(wasm, arena),
    relyOn: simdRelyOn(wasm, arena),
    mixFields: simdMixFields(wasm, arena),
    calmMix: simdCalmMix(wasm, arena),
  };
  const inSteps = (span: CarrySpan, options: CarryOptions) => carryAlong(steps, span, options);
  const steadyInSteps = (...input: Parameters<Kernels['steadyField']>) => steadyField(steps, ...input);
  return { ...steps, steadyField: simdSteadyField(wasm, arena, steadyInSteps), carryAlong: simdCarryAlong(wasm, arena, inSteps) };
}
