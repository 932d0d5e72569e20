import { type Kernels, plainKernels } from './kernels.ts';

/** The kernels of this thread: its own WebAssembly instance and memory; what has no vector version is the plain twin. */
export async function loadKernels(): Promise<Kernels> {
  return plainKernels;
}
