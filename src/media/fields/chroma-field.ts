import { sharedMemory } from './shared-memory.ts';

/**
 * Colour on the working grid. `cb`, `cr`: chroma of the output's own matrix, full range, -0.5..0.5, 0 is neutral.
 * `trust`: how sure we are, 0 (nothing known) .. 1. Row-major like a plane; every array has width * height cells.
 * Cell (x, y) of a grid of width w over a picture of width W is centred on picture position ((x + 0.5) * W / w - 0.5, ...).
 */
export interface ChromaField {
  readonly width: number;
  readonly height: number;
  readonly cb: Float32Array;
  readonly cr: Float32Array;
  readonly trust: Float32Array;
}

/** A fresh field in shared memory: neutral, trust 0. */
export function chromaField(width: number, height: number): ChromaField {
  const cells = width * height;
  const array = () => new Float32Array(sharedMemory(cells * 4));
  return { width, height, cb: array(), cr: array(), trust: array() };
}
