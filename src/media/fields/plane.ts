import { sharedMemory } from './shared-memory.ts';

/**
 * A plane is a rectangle of samples, row-major, unpadded: sample (x, y) is data[y * width + x], x to the right, y down. Integer
 * planes hold code values at their own bit depth (8 bit in Uint8Array, 9..16 bit in the low bits of Uint16Array). Planes passed
 * between threads use a SharedArrayBuffer.
 */
export type IntegerSamples = Uint8Array | Uint16Array;
export type Samples = IntegerSamples | Float32Array;

export interface Plane<T extends Samples = Samples> {
  readonly width: number;
  readonly height: number;
  readonly data: T;
}

/** A new 8-bit plane of zeros, in shared memory. */
export function grayPlane(width: number, height: number): Plane<Uint8Array> {
  return { width, height, data: new Uint8Array(sharedMemory(width * height)) };
}

/** A new integer plane of zeros, in shared memory. One byte per sample at 8 bit, two above. */
export function integerPlane(width: number, height: number, depth: number): Plane<IntegerSamples> {
  if (depth <= 8) return grayPlane(width, height);
  return { width, height, data: new Uint16Array(sharedMemory(width * height * 2)) };
}

/** A new float plane of zeros, in shared memory. */
export function floatPlane(width: number, height: number): Plane<Float32Array> {
  return { width, height, data: new Float32Array(sharedMemory(width * height * 4)) };
}
