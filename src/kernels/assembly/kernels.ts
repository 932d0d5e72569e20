/** The wasm module's public names. Every pointer argument is a byte address of the arena that src/kernels/arena.ts hands out. */
export function heapBase(): usize {
  return __heap_base;
}
