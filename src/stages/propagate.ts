import type { Ends } from '../kernels/calm.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { Neighbour } from '../kernels/steady-field.ts';
import type { ChromaField } from '../media/chroma-field.ts';
import type { Plane } from '../media/plane.ts';
import type { ShotKind } from '../media/shot.ts';
import type { Link } from './estimate-flow.ts';

/** What a shot is, what its film is like, and how finely motion is searched: `fine` also holds each composed flow against the keyframe itself. */
export interface Manner {
  readonly kind: ShotKind;
  readonly film: 'clean' | 'worn';
  readonly flow: 'fine' | 'fast';
}

/** Carry one keyframe's colour outward, frame by frame. Everything lies on the working grid. */
export interface CarryInput extends Manner {
  readonly color: ChromaField;
  /** The keyframe's gray first, then its neighbours, outward. */
  readonly grays: readonly Plane<Uint8Array>[];
  /** links[i] joins grays[i] and grays[i + 1]; `outward` says which of its two motions leads back to the keyframe. */
  readonly links: readonly Link[];
  readonly outward: 'later' | 'earlier';
}

/** How much luma may differ after the warp before trust falls to 1/e, in 8-bit levels; worn film has grain and dust. */
const PHOTOMETRIC_LEVELS = { clean: 13, worn: 18 } as const;
/** Width of the window of that comparison in cells: about the reach of a Gaussian of one cell. */
const PHOTOMETRIC_WINDOW = 5;

/** How often the keyframe is searched from nothing, in frames; what is found is followed to the frames after. */
const FIND_EVERY = 4;

/** The keyframe's colour at each of grays[1...], with trust: see `carryAlong`. Computed in a worker thread. */
export function carryColor(kernels: Pick<Kernels, 'carryAlong'>, input: CarryInput): ChromaField[] {
  const { color, grays, links, outward, kind, film, flow } = input;
  if (kind !== 'steady') return grays.slice(1).map(() => color);
  const span = { color, grays, toward: links.map(link => (outward === 'later' ? link.back : link.forth)) };
  return kernels.carryAlong(span, {
    window: PHOTOMETRIC_WINDOW,
    normalise: film === 'worn' ? 'mean-and-gain' : 'none',
    tolerance: PHOTOMETRIC_LEVELS[film],
    settle: flow === 'fine' ? 'each' : 'none',
    findEvery: flow === 'fine' ? FIND_EVERY : 0,
  });
}

/** Chroma that cannot be relied on is smoothed along the luma over this many cells; a wider reach takes more than it gives. */
const CALM = { radius: 2, epsilon: 1e-3 } as const;
/** What a distrusted cell counts beside a trusted one there: most of what it says is right, though not where it says it. */
const CALM_FLOOR = 0.3;

/** What the two ends of a span say of one of its frames. */
export interface BlendInput extends Ends {
  readonly gray: Plane<Uint8Array>;
  /** 1 at the left end, 0 at the right one. */
  readonly nearness: number;
}

/** The nearer end counts for more, but less than in proportion: each has its own noise, which a mean of both halves. */
const NEARNESS_POWER = 0.7;

/**
 * What the two ends say of one frame, mixed, and its colour smoothed along the luma of `gray`, the more so the less it is trusted: a colour
 * that went astray by a few cells costs less spread out than whole, and never more than its surroundings of like luma say. Trust stays
 * the mix's; where it is 1 so does the colour. Computed in a worker thread.
 */
export function calmBlend(kernels: Pick<Kernels, 'calmEnds'>, { gray, nearness, ...ends }: BlendInput): ChromaField | undefined {
  const [near, far] = [nearness ** NEARNESS_POWER, (1 - nearness) ** NEARNESS_POWER];
  return kernels.calmEnds(ends, gray, { ...CALM, nearness: near / (near + far), floor: CALM_FLOOR });
}

/** What each neighbour counts in the average along the motion: as much as the frame itself. */
const NEIGHBOUR_SHARE = 1 / 3;

/** A frame's colour, and the frames beside it. */
export interface SteadyInput {
  readonly field: ChromaField;
  readonly neighbours: readonly Neighbour[];
}

/** The frame's colour averaged with its neighbours' along the motion. Computed in a worker thread. */
export function steadyFrame(kernels: Pick<Kernels, 'steadyField'>, { field, neighbours }: SteadyInput): ChromaField {
  return kernels.steadyField(field, neighbours, NEIGHBOUR_SHARE);
}
