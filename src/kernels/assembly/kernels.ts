/** Exports of the wasm module. Every pointer is a byte address in the arena (../wasm/arena.ts). Nothing here allocates. */
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

/** First address the arena may use. */
export function heapBase(): usize {
  return __heap_base;
}
