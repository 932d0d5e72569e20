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

/** A keyframe and its neighbours, outward. Everything lies on one grid. */
export interface SpanInput {
  readonly color: ChromaField;
  /** The keyframe's gray first. */
  readonly grays: readonly Plane<Uint8Array>[];
  /** toward[i] is at grays[i + 1] and leads to grays[i]. */
  readonly toward: readonly CheckedFlow[];
}

export interface SpanOptions extends PhotometricOptions {
  /** The error in levels at which trust falls to 1/e. */
  readonly tolerance: number;
  /** Where grays[0] stands to the keyframe: 0 steps, or more where the colour was carried there before. */
  readonly keyframeDistance: KeyframeDistance;
  /** Every so many frames the composed flow is searched again in the keyframe, from where it points; 0: never. */
  readonly refineEvery: number;
  /** Twice then: with patches that agree with those around them first, and from there each patch for itself. */
  readonly refineTwice: boolean;
  /** Every so many frames the keyframe is searched from nothing, so that what was lost can be found; 0: never. */
  readonly recoverEvery: number;
}

/** A round trip that ends this near (cells) is flawless; what is more than this adds to the path's doubt, at most 4 a step. */
export const FREE_CONSISTENCY_ERROR = 0.5;
export const MAX_CONSISTENCY_ERROR = 4;

/** What counts for a match that was found from nothing. */
export const RECOVERED = {
  /** It must be found back around it, too: reach of the window in cells. A match by chance stands alone. */
  reach: 6,
  /** Doubt that it starts with, so that what was followed goes first. */
  pathError: 0.5,
  /** With this much doubt or more (`MAX_CONSISTENCY_ERROR` and `pathError` are the most) it is none. */
  maxPathError: 3.5,
  /** Levels of error that a doubt of 1 outweighs. */
  levels: 2,
} as const;

/** The steps that `propagateSpan` is made of. */
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
 * The keyframe's colour at each of grays[1...], with trust. Neighbouring flows are composed toward the keyframe so that colour is sampled
 * once, from the keyframe. How far it is relied on there: see `weighCandidate`.
 * With every step in hand a path can still be lost, behind something or in a blur: see `recoverFlow`.
 */
export function propagateSpan(steps: SpanKernels, span: SpanInput, options: SpanOptions): PropagatedField[] {
  const { color, grays } = span;
  const { width, height } = color;
  const carried: PropagatedField[] = [];
  let path: Path | undefined;
  for (const [i, { flow: toward, consistencyError }] of span.toward.entries()) {
    const pair = { here: grays[i + 1]!, keyframe: grays[0]! };
    const before = path?.pathError ?? { width, height, data: new Float32Array(width * height) };
    const pathError = addPathError(steps.warpScalar(before, toward), consistencyError);
    let scored = score(steps, path ? steps.composeFlow(toward, path.flow) : toward, pair, options);
    if (isDue(i, options.refineEvery)) scored = refineFlow(steps, scored, pair, options);
    path = { ...scored, pathError };
    if (isDue(i, options.recoverEvery)) path = recoverFlow(steps, path, pair, options);
    carried.push(steps.weighCandidate(steps.warpField(color, path.flow), path, weightTableAt(i, options)));
  }
  return carried;
}

/** How far the colour at grays[i + 1] is relied on. */
export function weightTableAt(i: number, { keyframeDistance: { steps, interval }, tolerance }: SpanOptions): WeightTable {
  return weightTable({ steps: steps + i + 1, interval }, tolerance);
}

/** What is done every so many frames, is it done at grays[i + 1]? Not right beside the keyframe. */
export function isDue(i: number, every: number): boolean {
  return every > 0 && i > 0 && (i + 1) % every === 0;
}

/** The way from a frame to the keyframe, what its luma misses there, and what the path adds up to. */
interface Path extends ScoredFlow {
  readonly pathError: Plane<Float32Array>;
}

/** The frame in hand and the keyframe that its colour comes from. */
interface Pair {
  readonly here: Plane<Uint8Array>;
  readonly keyframe: Plane<Uint8Array>;
}

/**
 * A flow composed of many steps has drifted a little with each: search again from where it points, in the keyframe itself, and keep what
 * looks more like the frame in hand, cell by cell. The next frame's flow is composed from that.
 */
function refineFlow(steps: SpanKernels, drifted: ScoredFlow, pair: Pair, options: SpanOptions): ScoredFlow {
  let best = drifted;
  for (const regularise of options.refineTwice ? [true, false] : [false]) {
    const anew = steps.estimateFlow(pair.here, pair.keyframe, { finestScale: 0, initial: best.flow, regularise });
    best = steps.betterFlow(best, score(steps, anew, pair, options));
  }
  return best;
}

function score(steps: SpanKernels, flow: FlowField, { here, keyframe }: Pair, options: SpanOptions): ScoredFlow {
  return { flow, error: steps.photometricError(here, keyframe, flow, options) };
}

function addPathError(pathError: Plane<Float32Array>, consistencyError: Plane<Float32Array>): Plane<Float32Array> {
  const missed = excess(consistencyError);
  for (let i = 0; i < missed.length; i++) pathError.data[i] = pathError.data[i]! + missed[i]!;
  return pathError;
}

/**
 * Search the keyframe from nothing, both ways. A cell goes the way that was found where its luma and its round trip speak for it more
 * than for the way that was followed, and where its surroundings are found back, too.
 */
function recoverFlow(steps: SpanKernels, followed: Path, pair: Pair, options: SpanOptions): Path {
  const search = { finestScale: 0 } as const;
  const found = score(steps, steps.estimateFlow(pair.here, pair.keyframe, search), pair, options);
  const missed = excess(steps.consistencyError(found.flow, steps.estimateFlow(pair.keyframe, pair.here, search)));
  const around = boxMean(missed, { ...pair.here, radius: RECOVERED.reach });
  const { flow, error, pathError } = followed;
  for (let i = 0; i < missed.length; i++) {
    const own = RECOVERED.pathError + Math.max(missed[i]!, around[i]!);
    const better = found.error.data[i]! + RECOVERED.levels * own < error.data[i]! + RECOVERED.levels * pathError.data[i]!;
    if (!better || own >= RECOVERED.maxPathError) continue;
    flow.data[2 * i] = found.flow.data[2 * i]!;
    flow.data[2 * i + 1] = found.flow.data[2 * i + 1]!;
    error.data[i] = found.error.data[i]!;
    pathError.data[i] = own;
  }
  return followed;
}

/** What a round trip misses beyond what is flawless, at most `MAX_CONSISTENCY_ERROR`. */
function excess(consistencyError: Plane<Float32Array>): Float32Array {
  return consistencyError.data.map(miss => Math.min(MAX_CONSISTENCY_ERROR, Math.max(0, miss - FREE_CONSISTENCY_ERROR)));
}
