import { sharedMemory } from './shared-memory.ts';

/**
 * A plane is a rectangle of samples, row-major, no padding: sample (x, y) is data[y * width + x], x to the right, y down.
 * Integer planes hold code values at their own bit depth (8 bit in Uint8Array, 9..16 bit in the low bits of Uint16Array).
 * Planes that travel between threads lie on a SharedArrayBuffer.
 */
export type IntegerSamples = Uint8Array | Uint16Array;
export type Samples = IntegerSamples | Float32Array;

export interface Plane<T extends Samples = Samples> {
  readonly width: number;
  readonly height: number;
  readonly data: T;
}

/** A fresh 8-bit plane of zeros in shared memory. */
export function grayPlane(width: number, height: number): Plane<Uint8Array> {
  return { width, height, data: new Uint8Array(sharedMemory(width * height)) };
}

/** A fresh integer plane of zeros in shared memory; 8 bit takes one byte per sample, more take two. */
export function integerPlane(width: number, height: number, depth: number): Plane<IntegerSamples> {
  if (depth <= 8) return grayPlane(width, height);
  return { width, height, data: new Uint16Array(sharedMemory(width * height * 2)) };
}

/** A fresh float plane of zeros in shared memory. */
export function floatPlane(width: number, height: number): Plane<Float32Array> {
  return { width, height, data: new Float32Array(sharedMemory(width * height * 4)) };
}
