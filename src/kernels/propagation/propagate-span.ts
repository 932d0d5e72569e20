import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { CheckedFlow, FlowField } from '../../media/fields/flow-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { PropagatedField } from '../../media/fields/propagated-field.ts';
import { boxMean } from '../filters/box-mean.ts';
import type { betterFlow, consistencyError, PhotometricOptions, photometricError, ScoredFlow } from '../flow/compare.ts';
import type { estimateFlow } from '../flow/flow.ts';
import type { composeFlow, warpField, warpScalar } from '../flow/warp.ts';
import { type KeyframeDistance, type WeightTable, weightTable } from './candidate-weight.ts';
import type { weighCandidate } from './trust.ts';

/** A keyframe and the frames next to it, going outward. Everything on one grid. */
export interface SpanInput {
  readonly color: ChromaField;
  /** Luma of the keyframe, then of each frame. */
  readonly grays: readonly Plane<Uint8Array>[];
  /** Flow from grays[i + 1] to grays[i], with its consistency error. */
  readonly toward: readonly CheckedFlow[];
}

export interface SpanOptions extends PhotometricOptions {
  /** Photometric error, in levels, at which trust falls to 1/e. */
  readonly tolerance: number;
  /** Distance of grays[0] from the keyframe: 0 steps, or more if its colour was propagated there before. */
  readonly keyframeDistance: KeyframeDistance;
  /** Interval, in frames, at which the composed flow is refined directly against the keyframe. 0: never. */
  readonly refineEvery: number;
  /** Refine twice: first with regularised patches, then each patch on its own. */
  readonly refineTwice: boolean;
  /** Interval, in frames, at which the flow to the keyframe is re-estimated from scratch, to recover lost motion. 0: never. */
  readonly recoverEvery: number;
  /** Whether both are done where motion is consistent, too: what little that brings shows in colour that a person painted. */
  readonly alwaysSearch: boolean;
}

/** Consistency error (cells) that costs nothing. The excess adds to the path error, at most 4 per step. */
export const FREE_CONSISTENCY_ERROR = 0.5;
export const MAX_CONSISTENCY_ERROR = 4;

/**
 * Shares of cells whose flow is not consistent, in the mean of the steps from the keyframe, from which flow is refined and
 * re-estimated: up to the next keyframe, and beyond it, where colour has little weight. Below them either changes PSNR by .02 dB
 * at most.
 */
const LOST = { near: { refine: 0, recover: 0.005 }, beyond: { refine: 0.01, recover: 0.03 } } as const;

/** Acceptance of a match re-estimated from scratch. */
export const RECOVERED = {
  /** Window radius in cells over which the consistency error must be low, too. A match by chance is isolated. */
  radius: 6,
  /** Initial path error of a recovered match, so that the composed flow is preferred. */
  pathError: 0.5,
  /** Path errors from here on are rejected (at most `MAX_CONSISTENCY_ERROR` + `pathError` is possible). */
  maxPathError: 3.5,
  /** Levels of photometric error equivalent to a path error of 1. */
  levels: 2,
} as const;

/** The kernels `propagateSpan` is built from. */
export interface SpanKernels {
  readonly composeFlow: typeof composeFlow;
  readonly warpField: typeof warpField;
  readonly warpScalar: typeof warpScalar;
  readonly consistencyError: typeof consistencyError;
  readonly photometricError: typeof photometricError;
  readonly betterFlow: typeof betterFlow;
  readonly weighCandidate: typeof weighCandidate;
  readonly estimateFlow: typeof estimateFlow;
}

/**
 * Propagates the keyframe's colour to each of grays[1...], with weights and trust (see `weighCandidate`). Frame-to-frame flows
 * are composed toward the keyframe, so that colour is sampled only once. Composed motion can still be lost behind occlusions or
 * in motion blur: see `recoverFlow`.
 */
export function propagateSpan(steps: SpanKernels, span: SpanInput, options: SpanOptions): PropagatedField[] {
  const { color, grays } = span;
  const { width, height } = color;
  const candidates: PropagatedField[] = [];
  let path: Path | undefined;
  let lost = 0;
  for (const [i, { flow: toward, consistencyError }] of span.toward.entries()) {
    const pair = { here: grays[i + 1]!, keyframe: grays[0]! };
    const previous = path?.pathError ?? { width, height, data: new Float32Array(width * height) };
    const pathError = addPathError(steps.warpScalar(previous, toward), consistencyError);
    let scored = score(steps, path ? steps.composeFlow(toward, path.flow) : toward, pair, options);
    lost += consistencyError.data.filter(error => error > FREE_CONSISTENCY_ERROR).length / (width * height);
    const { refines, recovers } = searchesAt(i, lost, options);
    if (refines) scored = refineFlow(steps, scored, pair, options);
    path = { ...scored, pathError };
    if (recovers) path = recoverFlow(steps, path, pair, options);
    candidates.push(steps.weighCandidate(steps.warpField(color, path.flow), path, weightTableAt(i, options)));
  }
  return candidates;
}

/** Weight table for the candidate at grays[i + 1]. */
export function weightTableAt(i: number, { keyframeDistance: { steps, interval }, tolerance }: SpanOptions): WeightTable {
  return weightTable({ steps: steps + i + 1, interval }, tolerance);
}

/**
 * Whether the flow is refined, and re-estimated from scratch, at grays[i + 1]. `lost`: share of cells whose flow is not
 * consistent, summed over the steps so far.
 */
export function searchesAt(
  i: number,
  lost: number,
  { refineEvery, recoverEvery, alwaysSearch, keyframeDistance: { steps, interval } }: SpanOptions,
): { readonly refines: boolean; readonly recovers: boolean } {
  const mean = alwaysSearch ? 1 : lost / (i + 1);
  const from = steps + i + 1 > interval ? LOST.beyond : LOST.near;
  return { refines: mean >= from.refine && isDue(i, refineEvery), recovers: mean >= from.recover && isDue(i, recoverEvery) };
}

/** Whether a step done every `every` frames is due at grays[i + 1]. Never directly next to the keyframe. */
function isDue(i: number, every: number): boolean {
  return every > 0 && i > 0 && (i + 1) % every === 0;
}

/** Composed flow from a frame to the keyframe, its photometric error there, and the accumulated path error. */
interface Path extends ScoredFlow {
  readonly pathError: Plane<Float32Array>;
}

/** The current frame and the keyframe. */
interface Pair {
  readonly here: Plane<Uint8Array>;
  readonly keyframe: Plane<Uint8Array>;
}

/**
 * Composed flows drift. Searches the keyframe directly, starting from the composed flow, and keeps the better match per cell. The
 * next frame's flow is composed from the result.
 */
function refineFlow(steps: SpanKernels, drifted: ScoredFlow, pair: Pair, options: SpanOptions): ScoredFlow {
  let best = drifted;
  for (const regularise of options.refineTwice ? [true, false] : [false]) {
    const refined = steps.estimateFlow(pair.here, pair.keyframe, { finestScale: 0, initial: best.flow, regularise });
    best = steps.betterFlow(best, score(steps, refined, pair, options));
  }
  return best;
}

function score(steps: SpanKernels, flow: FlowField, { here, keyframe }: Pair, options: SpanOptions): ScoredFlow {
  return { flow, error: steps.photometricError(here, keyframe, flow, options) };
}

function addPathError(pathError: Plane<Float32Array>, consistencyError: Plane<Float32Array>): Plane<Float32Array> {
  const excessErrors = excess(consistencyError);
  for (let i = 0; i < excessErrors.length; i++) pathError.data[i] = pathError.data[i]! + excessErrors[i]!;
  return pathError;
}

/**
 * Re-estimates the flow to the keyframe from scratch, both ways. A cell takes the new match if its photometric and path error are
 * lower than those of the composed flow, and if its surroundings are consistent, too.
 */
function recoverFlow(steps: SpanKernels, composed: Path, pair: Pair, options: SpanOptions): Path {
  const search = { finestScale: 0 } as const;
  const recovered = score(steps, steps.estimateFlow(pair.here, pair.keyframe, search), pair, options);
  const excessErrors = excess(steps.consistencyError(recovered.flow, steps.estimateFlow(pair.keyframe, pair.here, search)));
  const surroundingErrors = boxMean(excessErrors, { ...pair.here, radius: RECOVERED.radius });
  const { flow, error, pathError } = composed;
  for (let i = 0; i < excessErrors.length; i++) {
    const recoveredPath = RECOVERED.pathError + Math.max(excessErrors[i]!, surroundingErrors[i]!);
    const better =
      recovered.error.data[i]! + RECOVERED.levels * recoveredPath < error.data[i]! + RECOVERED.levels * pathError.data[i]!;
    if (!better || recoveredPath >= RECOVERED.maxPathError) continue;
    flow.data[2 * i] = recovered.flow.data[2 * i]!;
    flow.data[2 * i + 1] = recovered.flow.data[2 * i + 1]!;
    error.data[i] = recovered.error.data[i]!;
    pathError.data[i] = recoveredPath;
  }
  return composed;
}

/** Consistency error above the free part, at most `MAX_CONSISTENCY_ERROR`. */
function excess(consistencyError: Plane<Float32Array>): Float32Array {
  return consistencyError.data.map(error => Math.min(MAX_CONSISTENCY_ERROR, Math.max(0, error - FREE_CONSISTENCY_ERROR)));
}
