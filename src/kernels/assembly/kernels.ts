/**
 * The wasm module's public names. Every pointer is a byte address of the arena that ../arena.ts hands out; nothing here allocates.
 */
export { quantiseChroma } from './color';
export { betterFlow, boxMean, distance, lumaToFloat, matchContrast, multiply, subtract } from './compare';
export { densifyLevel, raiseFlow, startPatches } from './densify';
export { fillLevel, fillSlopes, halveLevel } from './flow-pyramid';
export { evaluateLines, fitLines, raiseLines, settleLines } from './guided-filter';
export { regularise } from './patch-regularisation';
export { searchLevel } from './patch-search';
export { boxDecimate, resizePlane } from './resample';
export { addCandidate, approach, divide, addPathError, leanTo, raiseAll, weighCandidate, takeFound } from './trust';
export { composeFlow, consistencyError, packField, warpField, warpLuma, warpScalar } from './warp';

/** Where the arena may begin. */
export function heapBase(): usize {
  return __heap_base;
}
