import type { ChromaField } from '../media/chroma-field.ts';
import type { FlowField } from '../media/flow-field.ts';
import type { Plane } from '../media/plane.ts';
import type { betterFlow, JudgedFlow, loopError, PhotometricOptions, photometricError } from './compare.ts';
import type { estimateFlow } from './flow.ts';
import type { weighTrust } from './trust.ts';
import type { composeFlow, warpField, warpScalar } from './warp.ts';

/** A keyframe and its neighbours, outward. Everything lies on one grid. */
export interface CarrySpan {
  readonly color: ChromaField;
  /** The keyframe's gray first. */
  readonly grays: readonly Plane<Uint8Array>[];
  /** toward[i] is at grays[i + 1] and leads to grays[i]; away[i] is its opposite. */
  readonly toward: readonly FlowField[];
  readonly away: readonly FlowField[];
}

export interface CarryOptions extends PhotometricOptions {
  /** The error in levels at which trust falls to 1/e. */
  readonly tolerance: number;
  /** Is each composed flow searched anew in the keyframe? */
  readonly settle: 'each' | 'none';
}

/** A round trip that ends this near (cells) is flawless; what is more than this adds to the path's doubt, at most 4 a step. */
export const FLAWLESS_LOOP = 0.5;
export const WORST_LOOP = 4;

/** The steps that `carryAlong` is made of. */
export interface CarrySteps {
  readonly composeFlow: typeof composeFlow;
  readonly warpField: typeof warpField;
  readonly warpScalar: typeof warpScalar;
  readonly loopError: typeof loopError;
  readonly photometricError: typeof photometricError;
  readonly betterFlow: typeof betterFlow;
  readonly weighTrust: typeof weighTrust;
  readonly estimateFlow: typeof estimateFlow;
}

/**
 * The keyframe's colour at each of grays[1...], with trust. Neighbouring flows are composed toward the keyframe so that colour is sampled
 * once, from the keyframe. Trust = photometric agreement x path consistency x inside the picture.
 */
export function carryAlong(steps: CarrySteps, span: CarrySpan, options: CarryOptions): ChromaField[] {
  const { color, grays } = span;
  const { width, height } = color;
  const carried: ChromaField[] = [];
  let whole: FlowField | undefined;
  let doubt: Plane<Float32Array> = { width, height, data: new Float32Array(width * height) };
  for (const [i, toward] of span.toward.entries()) {
    const pair = { here: grays[i + 1]!, keyframe: grays[0]! };
    doubt = growDoubt(steps.warpScalar(doubt, toward), steps.loopError(toward, span.away[i]!));
    const judged = whole
      ? settleFlow(steps, steps.composeFlow(toward, whole), pair, options)
      : judge(steps, toward, pair, options);
    whole = judged.flow;
    carried.push(steps.weighTrust(steps.warpField(color, whole), { error: judged.error, doubt }, options.tolerance));
  }
  return carried;
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
function settleFlow(steps: CarrySteps, composed: FlowField, pair: Pair, options: CarryOptions): JudgedFlow {
  const drifted = judge(steps, composed, pair, options);
  if (options.settle === 'none') return drifted;
  const anew = steps.estimateFlow(pair.here, pair.keyframe, { finestScale: 0, initial: composed });
  return steps.betterFlow(drifted, judge(steps, anew, pair, options));
}

function judge(steps: CarrySteps, flow: FlowField, { here, keyframe }: Pair, options: CarryOptions): JudgedFlow {
  return { flow, error: steps.photometricError(here, keyframe, flow, options) };
}

function growDoubt(doubt: Plane<Float32Array>, loop: Plane<Float32Array>): Plane<Float32Array> {
  const { data } = doubt;
  for (let i = 0; i < data.length; i++) data[i] = data[i]! + Math.min(WORST_LOOP, Math.max(0, loop.data[i]! - FLAWLESS_LOOP));
  return doubt;
}
