/**
 * The wasm module's public names. Every pointer is a byte address of the arena that ../arena.ts hands out; nothing here allocates.
 */
export { fillLevel, halveLevel, fillSlopes } from './flow-pyramid';
export { searchLevel } from './patch-search';
export { densifyLevel, raiseFlow, startPatches } from './densify';

/** Where the arena may begin. */
export function heapBase(): usize {
  return __heap_base;
}
