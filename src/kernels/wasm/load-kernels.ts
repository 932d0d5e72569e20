import { readFile } from 'node:fs/promises';
import { KinemacolorError } from '../../errors.ts';
import type { instantiate } from './kernel-exports.d.ts';

/** The part of the WebAssembly API used here. TypeScript declares it only in its DOM library. */
declare const WebAssembly: { instantiate(bytes: Uint8Array): Promise<{ instance: { exports: unknown } }> };

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** In pages of 65536 bytes. Detaches earlier buffers. */
  grow(pages: number): number;
}

/**
 * The exports of assembly/kernels.ts: functions of numbers, which are addresses in the instance's memory, sizes in cells, and
 * factors. assembly/build.mjs writes their types.
 */
export type KernelExports = Omit<Awaited<ReturnType<typeof instantiate>>, 'memory'> & { readonly memory: WasmMemory };

/** Loads the compiled kernels. A new instance has its own memory: one per thread. Throws `environment` if they are missing. */
export async function instantiateKernels(): Promise<KernelExports> {
  const path = new URL('../assembly/kernels.wasm', import.meta.url);
  try {
    const { instance } = await WebAssembly.instantiate(await readFile(path));
    return instance.exports as KernelExports;
  } catch (cause) {
    const message =
      cause instanceof RangeError // WebAssembly's, where the system refuses the memory
        ? `the system gave no memory (${cause.message}); close other programs or allow more with "ulimit -v unlimited".`
        : `Expected the compiled kernels at ${path.pathname} and could not load them; run "npm run build".`;
    throw new KinemacolorError('environment', message, { cause });
  }
}
