import type { Kernels } from '../../kernels/kernels.ts';
import { type KeyframeDistance, MIN_NEARNESS, NEARNESS_POWER } from '../../kernels/propagation/candidate-weight.ts';
import type { Neighbour } from '../../kernels/propagation/temporal-average.ts';
import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { type PropagatedField, packField, unpackField } from '../../media/fields/propagated-field.ts';
import type { ShotKind } from '../../media/plan/shot.ts';
import type { FlowPair } from './estimate-flow.ts';
import type { Detail } from './working-grid.ts';

/** Kind of shot, condition of the film, and level of detail. */
export interface PropagationSettings {
  readonly kind: ShotKind;
  readonly film: 'clean' | 'worn';
  readonly flow: 'fine' | 'fast';
  /** `fine` is used where the user gave colour: more refinement and more time. */
  readonly detail: Detail;
}

/** A keyframe's colour for a frame: the frame's own, or propagated to it. */
export type Candidate = ChromaField | PropagatedField;

/** One keyframe's colour, to be propagated outward frame by frame. Everything on the working grid. */
export interface PropagateInput extends PropagationSettings {
  readonly color: Candidate;
  /** Distance of grays[0] from the keyframe: 0 steps at the keyframe itself. */
  readonly keyframeDistance: KeyframeDistance;
  /**
   * Luma of the keyframe (or of a frame its colour was propagated to), then of the following frames, outward; may go beyond the
   * next keyframe.
   */
  readonly grays: readonly Plane<Uint8Array>[];
  /** flowPairs[i] connects grays[i] and grays[i + 1]. `outward` selects the flow that leads back to the keyframe. */
  readonly flowPairs: readonly FlowPair[];
  readonly outward: 'later' | 'earlier';
}

/** Tolerance for luma differences after a correct warp, in 8-bit levels. Worn film has grain and dust. */
const PHOTOMETRIC_LEVELS = { clean: 13, worn: 18 } as const;
/** Window of the photometric error in cells: about the extent of a Gaussian of one cell. */
const PHOTOMETRIC_WINDOW = 5;

/** Interval, in frames, at which composed flow is refined against the keyframe. */
const REFINE_EVERY = { fine: 1, broad: 4 } as const;
/** Interval, in frames, at which flow to the keyframe is re-estimated from scratch. Later frames build on what is recovered. */
const RECOVER_EVERY = { fine: 2, broad: 8 } as const;
/**
 * The same for a keyframe without another one beyond, since no other candidate replaces lost motion. Composed flow is then also
 * refined twice.
 */
const RECOVER_EVERY_UNIDIRECTIONAL = 1;

/** The keyframe's colour at each of grays[1...], with weights: see `propagateSpan`. Runs in a worker thread. */
export function propagateChroma(kernels: Pick<Kernels, 'propagateSpan'>, input: PropagateInput): PropagatedField[] {
  const { grays, flowPairs, outward, keyframeDistance, kind, film, flow, detail } = input;
  const color = 'color' in input.color ? unpackField(input.color) : input.color;
  if (kind !== 'steady')
    return grays.slice(1).map((_, i) => withoutMotion(color, { ...keyframeDistance, steps: keyframeDistance.steps + i + 1 }));
  const isSingle = !Number.isFinite(keyframeDistance.interval);
  const span = { color, grays, toward: flowPairs.map(flowPair => (outward === 'later' ? flowPair.backward : flowPair.forward)) };
  return kernels.propagateSpan(span, {
    window: PHOTOMETRIC_WINDOW,
    normalise: film === 'worn' ? 'mean-and-gain' : 'none',
    tolerance: PHOTOMETRIC_LEVELS[film],
    keyframeDistance,
    refineEvery: flow === 'fast' ? 0 : REFINE_EVERY[detail],
    refineTwice: isSingle,
    recoverEvery: flow === 'fast' ? 0 : isSingle ? RECOVER_EVERY_UNIDIRECTIONAL : RECOVER_EVERY[detail],
    alwaysSearch: detail === 'fine',
  });
}

/** A keyframe's own colour as a candidate. */
function keyframeColor(color: ChromaField): PropagatedField {
  return packField(color, () => 1);
}

/** Candidate in a dissolve: colour is cross-faded, not moved. The weight decreases with distance from the keyframe. */
export function withoutMotion(color: ChromaField, { steps, interval }: KeyframeDistance): PropagatedField {
  const nearness = Math.max(MIN_NEARNESS, 1 - steps / interval);
  return packField(color, () => nearness ** NEARNESS_POWER);
}

/** Guided filter settings for smoothing untrusted chroma. `radius`: in cells; larger ones do more harm than good. */
const SMOOTHING = { radius: 2, epsilon: 1e-3 } as const;
/** Radius for a single candidate. The mean of several is smoother already. */
const SINGLE_CANDIDATE_RADIUS = 3;
/** Weight of an untrusted cell in that smoothing. Its colour is mostly right, but displaced. */
const UNTRUSTED_WEIGHT = 0.3;

/** Candidates of one frame, at least one. */
export interface BlendInput {
  readonly candidates: readonly Candidate[];
  readonly gray: Plane<Uint8Array>;
}

/**
 * Blends the candidates of one frame and smooths the result along the luma of `gray`, the more the less it is trusted: colour
 * displaced by a few cells does less harm when spread over surroundings of similar luma. Trust is that of the blend; cells of
 * trust 1 keep their colour. Runs in a worker thread.
 */
export function blendCandidates(kernels: Pick<Kernels, 'smoothUntrusted'>, { candidates, gray }: BlendInput): ChromaField {
  const candidateFields = candidates.map(candidate => ('color' in candidate ? candidate : keyframeColor(candidate)));
  const radius = candidateFields.length > 1 ? SMOOTHING.radius : SINGLE_CANDIDATE_RADIUS;
  return kernels.smoothUntrusted(candidateFields, gray, { ...SMOOTHING, radius, untrustedWeight: UNTRUSTED_WEIGHT });
}

/**
 * Number of temporal averages before finishing, which adds one more. Far from keyframes, frames have larger and more independent
 * errors; near them another average blurs more than it improves.
 */
export function averagesIn(interval: number, detail: Detail): number {
  if (detail !== 'fine' || interval <= LONG_INTERVAL) return 1;
  return Number.isFinite(interval) ? LONG_AVERAGES : SINGLE_AVERAGES;
}

/** Distance between keyframes, in frames, from which additional averages help. */
const LONG_INTERVAL = 24;
/** Compared with two averages: a tenth less flicker for a twelfth of a dB. */
const LONG_AVERAGES = 6;
/** Fewer for a single keyframe, whose colour blurs sooner without another one. */
const SINGLE_AVERAGES = 5;

/** Weight of each neighbour in the temporal average: that of the frame itself. */
const NEIGHBOUR_SHARE = 1 / 3;

/** A frame's colour and its neighbours. */
export interface TemporalAverageInput {
  readonly field: ChromaField;
  readonly neighbours: readonly Neighbour[];
}

/** Averages a frame's colour with its neighbours' along the motion. Runs in a worker thread. */
export function averageFrame(
  kernels: Pick<Kernels, 'temporalAverage'>,
  { field, neighbours }: TemporalAverageInput,
): ChromaField {
  return kernels.temporalAverage(field, neighbours, NEIGHBOUR_SHARE);
}
