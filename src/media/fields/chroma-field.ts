import { sharedMemory } from './shared-memory.ts';

/**
 * Colour on the working grid. `cb`, `cr`: chroma in the output's matrix, full range, -0.5..0.5, 0 is neutral. `trust`: 0
 * (unknown) .. 1 (certain). Row-major, width * height cells each. Cell (x, y) of a grid of width w over a picture of width W is
 * centred at picture position ((x + 0.5) * W / w - 0.5, ...).
 */
export interface ChromaField {
  readonly width: number;
  readonly height: number;
  readonly cb: Float32Array;
  readonly cr: Float32Array;
  readonly trust: Float32Array;
}

/** A new neutral field of trust 0, in shared memory. */
export function chromaField(width: number, height: number): ChromaField {
  const cells = width * height;
  const array = () => new Float32Array(sharedMemory(cells * 4));
  return { width, height, cb: array(), cr: array(), trust: array() };
}
