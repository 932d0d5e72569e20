import type { Kernels } from '../../kernels/kernels.ts';
import { type KeyframeDistance, MIN_NEARNESS, NEARNESS_POWER } from '../../kernels/propagation/candidate-weight.ts';
import type { Neighbour } from '../../kernels/propagation/temporal-average.ts';
import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { type PropagatedField, packField, unpackField } from '../../media/fields/propagated-field.ts';
import type { ShotKind } from '../../media/plan/shot.ts';
import type { FlowPair } from './estimate-flow.ts';
import type { Detail } from './working-grid.ts';

/** What a shot is, what its film is like, and how finely motion is searched: `fine` also holds composed flows against the keyframe itself. */
export interface PropagationSettings {
  readonly kind: ShotKind;
  readonly film: 'clean' | 'worn';
  readonly flow: 'fine' | 'fast';
  /** `fine`, where a person has a say, is done with more care and time. */
  readonly detail: Detail;
}

/** What a keyframe says of a frame: its own colour there, or its colour as it was carried there. */
export type Candidate = ChromaField | PropagatedField;

/** Carry one keyframe's colour outward, frame by frame. Everything lies on the working grid. */
export interface PropagateInput extends PropagationSettings {
  readonly color: Candidate;
  /** Where grays[0] stands to the keyframe: 0 steps at the keyframe itself. */
  readonly keyframeDistance: KeyframeDistance;
  /** The keyframe's gray first (or that of a frame its colour was carried to), then its neighbours, outward; also beyond the next keyframe. */
  readonly grays: readonly Plane<Uint8Array>[];
  /** links[i] joins grays[i] and grays[i + 1]; `outward` says which of its two motions leads back to the keyframe. */
  readonly flowPairs: readonly FlowPair[];
  readonly outward: 'later' | 'earlier';
}

/** How much luma differs after a warp that is right, times a few, in 8-bit levels; worn film has grain and dust. */
const PHOTOMETRIC_LEVELS = { clean: 13, worn: 18 } as const;
/** Width of the window of that comparison in cells: about the reach of a Gaussian of one cell. */
const PHOTOMETRIC_WINDOW = 5;

/** How often a composed flow is held against the keyframe itself, in frames. */
const REFINE_EVERY = { fine: 1, broad: 4 } as const;
/** How often the keyframe is searched from nothing, in frames; what is found is followed to the frames after. */
const RECOVER_EVERY = { fine: 2, broad: 8 } as const;
/** A keyframe without another one beyond: nothing else makes up for what is lost on the way. Composed flows are held against it twice, too. */
const RECOVER_EVERY_UNIDIRECTIONAL = 1;

/** The keyframe's colour at each of grays[1...], with what it counts: see `propagateSpan`. Computed in a worker thread. */
export function propagateChroma(kernels: Pick<Kernels, 'propagateSpan'>, input: PropagateInput): PropagatedField[] {
  const { grays, flowPairs, outward, keyframeDistance, kind, film, flow, detail } = input;
  const color = 'color' in input.color ? unpackField(input.color) : input.color;
  if (kind !== 'steady')
    return grays.slice(1).map((_, i) => withoutMotion(color, { ...keyframeDistance, steps: keyframeDistance.steps + i + 1 }));
  const isAlone = !Number.isFinite(keyframeDistance.interval);
  const span = { color, grays, toward: flowPairs.map(flowPair => (outward === 'later' ? flowPair.backward : flowPair.forward)) };
  return kernels.propagateSpan(span, {
    window: PHOTOMETRIC_WINDOW,
    normalise: film === 'worn' ? 'mean-and-gain' : 'none',
    tolerance: PHOTOMETRIC_LEVELS[film],
    keyframeDistance,
    refineEvery: flow === 'fast' ? 0 : REFINE_EVERY[detail],
    refineTwice: isAlone,
    recoverEvery: flow === 'fast' ? 0 : isAlone ? RECOVER_EVERY_UNIDIRECTIONAL : RECOVER_EVERY[detail],
  });
}

/** A keyframe's colour as it counts in itself. */
function keyframeColor(color: ChromaField): PropagatedField {
  return packField(color, () => 1);
}

/** In a dissolve colour is mixed, not moved: the nearer the keyframe, the more it counts. */
export function withoutMotion(color: ChromaField, { steps, interval }: KeyframeDistance): PropagatedField {
  const nearness = Math.max(MIN_NEARNESS, 1 - steps / interval);
  return packField(color, () => nearness ** NEARNESS_POWER);
}

/** Chroma that cannot be relied on is smoothed along the luma over this many cells; a wider reach takes more than it gives. */
const SMOOTHING = { radius: 2, epsilon: 1e-3 } as const;
/** The mean of several keyframes' colours is calmer already than one keyframe's. */
const SINGLE_CANDIDATE_RADIUS = 3;
/** What a distrusted cell counts beside a trusted one there: most of what it says is right, though not where it says it. */
const UNTRUSTED_WEIGHT = 0.3;

/** What keyframes say of one frame, at least one of them. */
export interface BlendInput {
  readonly candidates: readonly Candidate[];
  readonly gray: Plane<Uint8Array>;
}

/**
 * What keyframes say of one frame, mixed, and its colour smoothed along the luma of `gray`, the more so the less it is trusted: a colour
 * that went astray by a few cells costs less spread out than whole, and never more than its surroundings of like luma say. Trust stays
 * the mix's; where it is 1 so does the colour. Computed in a worker thread.
 */
export function blendCandidates(kernels: Pick<Kernels, 'smoothUntrusted'>, { candidates, gray }: BlendInput): ChromaField {
  const carried = candidates.map(candidate => ('color' in candidate ? candidate : keyframeColor(candidate)));
  const radius = carried.length > 1 ? SMOOTHING.radius : SINGLE_CANDIDATE_RADIUS;
  return kernels.smoothUntrusted(carried, gray, { ...SMOOTHING, radius, floor: UNTRUSTED_WEIGHT });
}

/**
 * How often a frame is averaged with its neighbours before it is finished, which does so once more. Far between keyframes frames miss more and
 * differ more in what they miss; near them another average blurs more than it takes away.
 */
export function averagesIn(interval: number, detail: Detail): number {
  if (detail !== 'fine' || interval <= LONG_INTERVAL) return 1;
  return Number.isFinite(interval) ? LONG_AVERAGES : ALONE_AVERAGES;
}

/** Frames between keyframes from which on another average pays. */
const LONG_INTERVAL = 24;
/** Against two averages, a tenth less flicker for a twelfth of a dB. */
const LONG_AVERAGES = 6;
/** One keyframe's colour blurs sooner: there is no other to keep it sharp. */
const ALONE_AVERAGES = 5;

/** What each neighbour counts in the average along the motion: as much as the frame itself. */
const NEIGHBOUR_SHARE = 1 / 3;

/** A frame's colour, and the frames beside it. */
export interface TemporalAverageInput {
  readonly field: ChromaField;
  readonly neighbours: readonly Neighbour[];
}

/** The frame's colour averaged with its neighbours' along the motion. Computed in a worker thread. */
export function averageFrame(
  kernels: Pick<Kernels, 'temporalAverage'>,
  { field, neighbours }: TemporalAverageInput,
): ChromaField {
  return kernels.temporalAverage(field, neighbours, NEIGHBOUR_SHARE);
}
