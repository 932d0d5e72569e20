import { readFile } from 'node:fs/promises';
import { KinemacolorError } from '../errors.ts';

/** What we use of the WebAssembly API; the compiler's library knows it only together with a browser's. */
declare const WebAssembly: { instantiate(bytes: Uint8Array): Promise<{ instance: { exports: unknown } }> };

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** By pages of 65536 bytes; earlier buffers become empty. */
  grow(pages: number): number;
}

/** The functions of assembly/kernels.ts. All arguments are numbers: addresses in the instance's memory, sizes in cells, factors. */
export interface KernelExports {
  readonly memory: WasmMemory;
  heapBase(): number;
  fillLevel(picture: number, width: number, height: number, level: number): void;
  halveLevel(fine: number, width: number, height: number, coarse: number): void;
  fillSlopes(level: number, width: number, height: number, slopeX: number, slopeY: number): void;
  startPatches(
    patches: number,
    width: number,
    height: number,
    flow: number,
    flowWidth: number,
    flowHeight: number,
    ratio: number,
  ): void;
  searchLevel(
    at: number,
    from: number,
    width: number,
    height: number,
    slopeX: number,
    slopeY: number,
    patches: number,
    iterations: number,
  ): void;
  densifyLevel(
    at: number,
    from: number,
    width: number,
    height: number,
    patches: number,
    motionX: number,
    motionY: number,
    weights: number,
    flow: number,
  ): void;
  raiseFlow(flow: number, flowWidth: number, flowHeight: number, ratio: number, out: number, width: number, height: number): void;
}

/** Load the compiled kernels from beside the compiled module. A new instance has its own memory: one per thread. */
export async function instantiateKernels(): Promise<KernelExports> {
  const path = new URL('./assembly/kernels.wasm', import.meta.url);
  try {
    const { instance } = await WebAssembly.instantiate(await readFile(path));
    return instance.exports as KernelExports;
  } catch (cause) {
    const message = `Expected the compiled kernels at ${path.pathname} and could not load them; run "npm run build".`;
    throw new KinemacolorError('environment', message, { cause });
  }
}
