import type { WasmMemory } from './load-kernels.ts';

/** Address alignment: a cache line, or four vectors. */
const ALIGNMENT = 64;
/** Bytes that vector loops may read and write beyond the end of a buffer. */
const SPILL = 64;
const PAGE = 65536;

/**
 * Bump allocator over the private memory of one wasm instance. Every kernel call starts with `clear`: nothing outlives a call,
 * and nothing leaks. Memory grows to the largest call's needs and stays there.
 */
export class Arena {
  readonly #memory: WasmMemory;
  readonly #base: number;
  #next: number;

  constructor(memory: WasmMemory, base: number) {
    this.#memory = memory;
    this.#base = base;
    this.#next = base;
  }

  /** Bytes of memory. */
  get size(): number {
    return this.#memory.buffer.byteLength;
  }

  clear(): void {
    this.#next = this.#base;
  }

  /** Allocates `bytes` bytes plus room to overrun. Returns the address; the content is undefined. */
  take(bytes: number): number {
    const address = Math.ceil(this.#next / ALIGNMENT) * ALIGNMENT;
    this.#next = address + bytes + SPILL;
    const missing = this.#next - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    return address;
  }

  /** Allocates room for the samples and copies them in. */
  put(samples: Uint8Array | Uint16Array | Int32Array | Uint32Array | Float32Array): number {
    const address = this.take(samples.byteLength);
    this.set(address, samples);
    return address;
  }

  /** Copies samples to an allocated address. */
  set(address: number, samples: Uint8Array | Uint16Array | Int32Array | Uint32Array | Float32Array): void {
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    new Uint8Array(this.#memory.buffer, address, bytes.length).set(bytes);
  }

  /** Copies bytes between allocated addresses. */
  copy(to: number, from: number, bytes: number): void {
    new Uint8Array(this.#memory.buffer).copyWithin(to, from, from + bytes);
  }

  /** Zeroes bytes at an allocated address. Returns the address. */
  zero(address: number, bytes: number): number {
    new Uint8Array(this.#memory.buffer, address, bytes).fill(0);
    return address;
  }

  /** Copies the bytes at the address into `samples`. */
  get(address: number, samples: Uint8Array | Uint16Array | Uint32Array | Float32Array): void {
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    bytes.set(new Uint8Array(this.#memory.buffer, address, bytes.length));
  }
}
