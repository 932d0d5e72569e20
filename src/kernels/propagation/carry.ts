import type { CarriedField } from '../../media/fields/carried-field.ts';
import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { FlowField, Motion } from '../../media/fields/flow-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { boxMean } from '../filters/box-mean.ts';
import type { betterFlow, JudgedFlow, loopError, PhotometricOptions, photometricError } from '../flow/compare.ts';
import type { estimateFlow } from '../flow/flow.ts';
import type { composeFlow, warpField, warpScalar } from '../flow/warp.ts';
import { type Reliance, relianceAt, type Standing } from './reliance.ts';
import type { relyOn } from './trust.ts';

/** A keyframe and its neighbours, outward. Everything lies on one grid. */
export interface CarrySpan {
  readonly color: ChromaField;
  /** The keyframe's gray first. */
  readonly grays: readonly Plane<Uint8Array>[];
  /** toward[i] is at grays[i + 1] and leads to grays[i]. */
  readonly toward: readonly Motion[];
}

export interface CarryOptions extends PhotometricOptions {
  /** The error in levels at which trust falls to 1/e. */
  readonly tolerance: number;
  /** Where grays[0] stands to the keyframe: 0 steps, or more where the colour was carried there before. */
  readonly standing: Standing;
  /** Every so many frames the composed flow is searched again in the keyframe, from where it points; 0: never. */
  readonly settleEvery: number;
  /** Twice then: with patches that agree with those around them first, and from there each patch for itself. */
  readonly settleTwice: boolean;
  /** Every so many frames the keyframe is searched from nothing, so that what was lost can be found; 0: never. */
  readonly findEvery: number;
}

/** A round trip that ends this near (cells) is flawless; what is more than this adds to the path's doubt, at most 4 a step. */
export const FLAWLESS_LOOP = 0.5;
export const WORST_LOOP = 4;

/** What counts for a match that was found from nothing. */
export const FOUND = {
  /** It must be found back around it, too: reach of the window in cells. A match by chance stands alone. */
  reach: 6,
  /** Doubt that it starts with, so that what was followed goes first. */
  doubt: 0.5,
  /** With this much doubt or more (`WORST_LOOP` and `doubt` are the most) it is none. */
  mostDoubt: 3.5,
  /** Levels of error that a doubt of 1 outweighs. */
  levels: 2,
} as const;

/** The steps that `carryAlong` is made of. */
export interface CarrySteps {
  readonly composeFlow: typeof composeFlow;
  readonly warpField: typeof warpField;
  readonly warpScalar: typeof warpScalar;
  readonly loopError: typeof loopError;
  readonly photometricError: typeof photometricError;
  readonly betterFlow: typeof betterFlow;
  readonly relyOn: typeof relyOn;
  readonly estimateFlow: typeof estimateFlow;
}

/**
 * The keyframe's colour at each of grays[1...], with trust. Neighbouring flows are composed toward the keyframe so that colour is sampled
 * once, from the keyframe. How far it is relied on there: see `relyOn`.
 * With every step in hand a path can still be lost, behind something or in a blur: see `findLost`.
 */
export function carryAlong(steps: CarrySteps, span: CarrySpan, options: CarryOptions): CarriedField[] {
  const { color, grays } = span;
  const { width, height } = color;
  const carried: CarriedField[] = [];
  let path: Path | undefined;
  for (const [i, { flow: toward, loop }] of span.toward.entries()) {
    const pair = { here: grays[i + 1]!, keyframe: grays[0]! };
    const before = path?.doubt ?? { width, height, data: new Float32Array(width * height) };
    const doubt = growDoubt(steps.warpScalar(before, toward), loop);
    let judged = judge(steps, path ? steps.composeFlow(toward, path.flow) : toward, pair, options);
    if (isDue(i, options.settleEvery)) judged = settleFlow(steps, judged, pair, options);
    path = { ...judged, doubt };
    if (isDue(i, options.findEvery)) path = findLost(steps, path, pair, options);
    carried.push(steps.relyOn(steps.warpField(color, path.flow), path, relianceBeside(i, options)));
  }
  return carried;
}

/** How far the colour at grays[i + 1] is relied on. */
export function relianceBeside(i: number, { standing: { steps, interval }, tolerance }: CarryOptions): Reliance {
  return relianceAt({ steps: steps + i + 1, interval }, tolerance);
}

/** What is done every so many frames, is it done at grays[i + 1]? Not right beside the keyframe. */
export function isDue(i: number, every: number): boolean {
  return every > 0 && i > 0 && (i + 1) % every === 0;
}

/** The way from a frame to the keyframe, what its luma misses there, and what the path adds up to. */
interface Path extends JudgedFlow {
  readonly doubt: Plane<Float32Array>;
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
function settleFlow(steps: CarrySteps, drifted: JudgedFlow, pair: Pair, options: CarryOptions): JudgedFlow {
  let best = drifted;
  for (const agree of options.settleTwice ? [true, false] : [false]) {
    const anew = steps.estimateFlow(pair.here, pair.keyframe, { finestScale: 0, initial: best.flow, agree });
    best = steps.betterFlow(best, judge(steps, anew, pair, options));
  }
  return best;
}

function judge(steps: CarrySteps, flow: FlowField, { here, keyframe }: Pair, options: CarryOptions): JudgedFlow {
  return { flow, error: steps.photometricError(here, keyframe, flow, options) };
}

function growDoubt(doubt: Plane<Float32Array>, loop: Plane<Float32Array>): Plane<Float32Array> {
  const missed = excess(loop);
  for (let i = 0; i < missed.length; i++) doubt.data[i] = doubt.data[i]! + missed[i]!;
  return doubt;
}

/**
 * Search the keyframe from nothing, both ways. A cell goes the way that was found where its luma and its round trip speak for it more
 * than for the way that was followed, and where its surroundings are found back, too.
 */
function findLost(steps: CarrySteps, followed: Path, pair: Pair, options: CarryOptions): Path {
  const search = { finestScale: 0 } as const;
  const found = judge(steps, steps.estimateFlow(pair.here, pair.keyframe, search), pair, options);
  const missed = excess(steps.loopError(found.flow, steps.estimateFlow(pair.keyframe, pair.here, search)));
  const around = boxMean(missed, { ...pair.here, radius: FOUND.reach });
  const { flow, error, doubt } = followed;
  for (let i = 0; i < missed.length; i++) {
    const own = FOUND.doubt + Math.max(missed[i]!, around[i]!);
    const better = found.error.data[i]! + FOUND.levels * own < error.data[i]! + FOUND.levels * doubt.data[i]!;
    if (!better || own >= FOUND.mostDoubt) continue;
    flow.data[2 * i] = found.flow.data[2 * i]!;
    flow.data[2 * i + 1] = found.flow.data[2 * i + 1]!;
    error.data[i] = found.error.data[i]!;
    doubt.data[i] = own;
  }
  return followed;
}

/** What a round trip misses beyond what is flawless, at most `WORST_LOOP`. */
function excess(loop: Plane<Float32Array>): Float32Array {
  return loop.data.map(miss => Math.min(WORST_LOOP, Math.max(0, miss - FLAWLESS_LOOP)));
}
