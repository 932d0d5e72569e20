import { Arena } from './arena.ts';
import { type CarryOptions, type CarrySpan, carryAlong } from './carry.ts';
import type { Kernels } from './kernels.ts';
import { simdCalmMix } from './simd-calm.ts';
import { simdCarryAlong } from './simd-carry.ts';
import { simdChromaCodes, simdQuantiseChroma } from './simd-color.ts';
import { simdBetterFlow, simdLoopError, simdPhotometricError } from './simd-compare.ts';
import { simdEstimateFlow } from './simd-flow.ts';
import { simdGuidedUpsample, simdSmoothField } from './simd-guided-filter.ts';
import { simdBoxDecimate, simdResizeArea, simdResizeField } from './simd-resample.ts';
import { simdSteadyField } from './simd-steady-field.ts';
import { simdMixFields, simdRelyOn } from './simd-trust.ts';
import { simdComposeFlow, simdWarpField, simdWarpScalar } from './simd-warp.ts';
import { steadyField } from './steady-field.ts';
import { instantiateKernels } from './wasm.ts';

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
