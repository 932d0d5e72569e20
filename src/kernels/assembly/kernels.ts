/** Exports of the wasm module. Every pointer is a byte address in the arena (../wasm/arena.ts). Nothing here allocates. */
export { quantiseChroma } from './color';
export { betterFlow, boxMean, distance, lumaToFloat, matchContrast, multiply, subtract } from './compare';
export { densifyLevel, upsampleFlow, startPatches } from './densify';
export { fillLevel, fillGradients, halveLevel } from './flow-pyramid';
export { evaluateLines, fitLines, upsampleLines, averageLines } from './guided-filter';
export { regularise } from './patch-regularisation';
export { searchLevel } from './patch-search';
export { boxDecimate, resizePlane } from './resample';
export { addCandidate, blendUntrusted, countAbove, divide, addPathError, addConstant, weighCandidate, acceptRecovered } from './trust';
export { addNeighbour } from './temporal-average';
export { composeFlow, consistencyError, warpField, warpLuma, warpScalar } from './warp';

/** First address the arena may use. */
export function heapBase(): usize {
  return __heap_base;
}
