import type { Plane } from './plane.ts';
import { sharedMemory } from './shared-memory.ts';

/**
 * Optical flow on the working grid: picture `at`, cell (x, y), matches picture `from` at (x + dx, y + dy). Unit: cells. `data` is
 * interleaved: data[2 * (y * width + x)] is dx (to the right), the next is dy (down).
 */
export interface FlowField {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A flow and its forward-backward consistency error per cell, in cells. */
export interface CheckedFlow {
  readonly flow: FlowField;
  readonly consistencyError: Plane<Float32Array>;
}

/** A new field without motion, in shared memory. */
export function flowField(width: number, height: number): FlowField {
  return { width, height, data: new Float32Array(sharedMemory(width * height * 8)) };
}
