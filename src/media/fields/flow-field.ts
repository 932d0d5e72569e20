import type { Plane } from './plane.ts';
import { sharedMemory } from './shared-memory.ts';

/**
 * Backward flow on the working grid: the picture `at` cell (x, y) looks like the picture `from` at (x + dx, y + dy).
 * Unit: cells of its own grid. `data` is interleaved: data[2 * (y * width + x)] is dx (to the right), the next is dy (down).
 */
export interface FlowField {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A flow and, per cell, by how many cells it misses when it is followed there and the opposite flow back. */
export interface CheckedFlow {
  readonly flow: FlowField;
  readonly consistencyError: Plane<Float32Array>;
}

/** A fresh field in shared memory: no motion. */
export function flowField(width: number, height: number): FlowField {
  return { width, height, data: new Float32Array(sharedMemory(width * height * 8)) };
}
