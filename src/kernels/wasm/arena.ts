import type { WasmMemory } from './load-kernels.ts';

/** Addresses are multiples of this: a cache line, and four vectors. */
const ALIGNMENT = 64;
/** Vector loops may read and write this far past the end of a buffer. */
const SPILL = 64;
const PAGE = 65536;

/**
 * The private memory of one wasm instance, handed out from the bottom up. Every kernel call starts by `clear`ing it: nothing
 * outlives a call, so nothing leaks; the memory grows to what the largest call needs and stays there.
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

  /** Bytes the memory holds. */
  get size(): number {
    return this.#memory.buffer.byteLength;
  }

  clear(): void {
    this.#next = this.#base;
  }

  /** Hand out `bytes` bytes (and room to spill); returns their address. Their content is what was there before. */
  take(bytes: number): number {
    const address = Math.ceil(this.#next / ALIGNMENT) * ALIGNMENT;
    this.#next = address + bytes + SPILL;
    const missing = this.#next - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    return address;
  }

  /** Hand out room for the samples and copy them in. */
  put(samples: Uint8Array | Uint16Array | Int32Array | Uint32Array | Float32Array): number {
    const address = this.take(samples.byteLength);
    this.set(address, samples);
    return address;
  }

  /** Copy the samples to an address that was taken for them. */
  set(address: number, samples: Uint8Array | Uint16Array | Int32Array | Uint32Array | Float32Array): void {
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    new Uint8Array(this.#memory.buffer, address, bytes.length).set(bytes);
  }

  /** Copy bytes from one address to another; both were taken for as many. */
  copy(to: number, from: number, bytes: number): void {
    new Uint8Array(this.#memory.buffer).copyWithin(to, from, from + bytes);
  }

  /** Zero bytes at an address that was taken for as many; returns the address. */
  zero(address: number, bytes: number): number {
    new Uint8Array(this.#memory.buffer, address, bytes).fill(0);
    return address;
  }

  /** Fill `samples` with what lies at the address. */
  get(address: number, samples: Uint8Array | Uint16Array | Uint32Array | Float32Array): void {
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    bytes.set(new Uint8Array(this.#memory.buffer, address, bytes.length));
  }
}
