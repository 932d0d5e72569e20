import { Arena } from './arena.ts';
import { type Kernels, plainKernels } from './kernels.ts';
import { simdEstimateFlow } from './simd-flow.ts';
import { instantiateKernels } from './wasm.ts';

/**
 * The kernels of this thread: its own WebAssembly instance and memory, so that threads share nothing but the planes they hand
 * over. What has no vector version is the plain twin. Throws `environment` when the compiled kernels are missing.
 */
export async function loadKernels(): Promise<Kernels> {
  const wasm = await instantiateKernels();
  const arena = new Arena(wasm.memory, wasm.heapBase());
  return { ...plainKernels, estimateFlow: simdEstimateFlow(wasm, arena) };
}
