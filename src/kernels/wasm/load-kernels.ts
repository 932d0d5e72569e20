import { readFile } from 'node:fs/promises';
import { KinemacolorError } from '../../errors.ts';

/** The part of the WebAssembly API used here. TypeScript declares it only in its DOM library. */
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
  quantiseChroma(
    cb: number,
    cr: number,
    luma: number,
    cells: number,
    black: number,
    white: number,
    red: number,
    greenCb: number,
    greenCr: number,
    blue: number,
    neutral: number,
    codes: number,
    least: number,
    most: number,
    bytes: number,
    outCb: number,
    outCr: number,
  ): void;
  betterFlow(one: number, other: number, oneError: number, otherError: number, cells: number): void;
  boxMean(values: number, width: number, height: number, radius: number, columns: number, out: number): void;
  distance(a: number, b: number, cells: number, out: number): void;
  approach(own: number, goal: number, trust: number, cells: number): void;
  raiseAll(values: number, cells: number, amount: number, out: number): void;
  leanTo(
    out: number,
    own: number,
    carried: number,
    consistencyError: number,
    cells: number,
    share: number,
    agreed: number,
    lost: number,
  ): void;
  takeFound(
    flow: number,
    error: number,
    pathError: number,
    found: number,
    foundError: number,
    missed: number,
    around: number,
    cells: number,
    least: number,
    most: number,
    levels: number,
  ): void;
  addPathError(pathError: number, consistencyError: number, cells: number, flawless: number, worst: number): void;
  lumaToFloat(luma: number, cells: number, out: number): void;
  matchContrast(carried: number, mean: number, wanted: number, square: number, product: number, cells: number): void;
  multiply(a: number, b: number, cells: number, out: number): void;
  subtract(a: number, b: number, cells: number, out: number): void;
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
  startPatches(
    patches: number,
    width: number,
    height: number,
    flow: number,
    flowWidth: number,
    flowHeight: number,
    ratio: number,
  ): void;
  fillLevel(picture: number, width: number, height: number, level: number): void;
  fillSlopes(level: number, width: number, height: number, slopeX: number, slopeY: number): void;
  halveLevel(fine: number, width: number, height: number, coarse: number): void;
  evaluateLines(settled: number, luma: number, cells: number, cb: number, cr: number): void;
  fitLines(
    luma: number,
    cb: number,
    cr: number,
    trust: number,
    width: number,
    height: number,
    radius: number,
    epsilon: number,
    ring: number,
    late: number,
    columns: number,
    sums: number,
    lines: number,
  ): void;
  raiseLines(
    settled: number,
    lowWidth: number,
    luma: number,
    width: number,
    height: number,
    down: number,
    downWeights: number,
    across: number,
    acrossWeights: number,
    row: number,
    cb: number,
    cr: number,
  ): void;
  settleLines(
    lines: number,
    width: number,
    height: number,
    radius: number,
    late: number,
    columns: number,
    sums: number,
    settled: number,
    trust: number,
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
    beyond: number,
  ): void;
  boxDecimate(
    luma: number,
    width: number,
    height: number,
    bytes: number,
    factor: number,
    unit: number,
    sums: number,
    out: number,
  ): void;
  resizePlane(
    plane: number,
    bytes: number,
    fromWidth: number,
    width: number,
    height: number,
    down: number,
    downWeights: number,
    downReach: number,
    across: number,
    acrossWeights: number,
    acrossReach: number,
    row: number,
    out: number,
  ): void;
  weighCandidate(
    cb: number,
    cr: number,
    known: number,
    error: number,
    pathError: number,
    table: number,
    tolerance: number,
    cells: number,
    color: number,
    weightAndTrust: number,
  ): void;
  addCandidate(color: number, weightAndTrust: number, cells: number, cb: number, cr: number, trust: number, weight: number): void;
  divide(sums: number, weights: number, cells: number): void;
  regularise(patches: number, width: number, height: number, motions: number): void;
  composeFlow(near: number, far: number, width: number, height: number, out: number): void;
  consistencyError(forth: number, back: number, width: number, height: number, out: number): void;
  packField(cb: number, cr: number, trust: number, cells: number, out: number): void;
  warpField(packed: number, flow: number, width: number, height: number, cb: number, cr: number, trust: number): void;
  warpLuma(luma: number, flow: number, width: number, height: number, out: number): void;
  warpScalar(values: number, flow: number, width: number, height: number, out: number): void;
}

/** Load the compiled kernels from beside the compiled module. A new instance has its own memory: one per thread. */
export async function instantiateKernels(): Promise<KernelExports> {
  const path = new URL('../assembly/kernels.wasm', import.meta.url);
  try {
    const { instance } = await WebAssembly.instantiate(await readFile(path));
    return instance.exports as KernelExports;
  } catch (cause) {
    const message = `Expected the compiled kernels at ${path.pathname} and could not load them; run "npm run build".`;
    throw new KinemacolorError('environment', message, { cause });
  }
}
