import { KinemacolorError } from '../../errors.ts';
import { type FlowField, flowField } from '../../media/fields/flow-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { densify } from './densify.ts';
import { type Level, pyramidOf } from './flow-pyramid.ts';
import { regularise } from './patch-regularisation.ts';
import { PATCH, type Patches, restingPatches, searchPatches } from './patch-search.ts';
import { freshTaps, locate, valueAt } from './warp.ts';

/** The shorter side of the coarsest level has at least this many cells: two patches beside each other. */
const COARSEST_SIDE = 2 * PATCH;
/** Gauss-Newton steps per patch and pass; most patches settle sooner. */
const ITERATIONS = 6;
/** A flow that is refined starts this many levels above the finest, so that an error of a few cells can still be put right. */
const REFINE_LEVELS = 1;
/** Cells a patch may reach out of the other picture and still be searched, where it is not to be pulled in: what lies farther out was never seen. */
const BEYOND = 2;

export interface FlowOptions {
  /** The finest level searched: 0 is the full grid, each further one half of it (faster, coarser). */
  readonly finestScale: 0 | 1 | 2;
  /** The most Gauss-Newton steps per patch and pass. */
  readonly iterations?: number;
  /** A flow on the full grid to start from, for example a composed one that is to be refined. */
  readonly initial?: FlowField;
  /** Do patches agree with those around them at the full grid (see `regularise`)? Otherwise they do where nothing is given to start from. */
  readonly regularise?: boolean;
}

/** The levels a search runs through, from `start` down to `finest` (coarse to fine). */
export interface FlowScales {
  readonly start: number;
  readonly finest: number;
}

/** Is a picture of this size large enough for a motion to be found in it? Colour of a smaller one is carried without. */
export function holdsMotion({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return Math.min(width, height) >= PATCH;
}

/** Which levels serve pictures of this size. Throws `internal` for pictures smaller than a patch. */
export function flowScales(
  size: { width: number; height: number },
  options: { readonly finestScale: FlowOptions['finestScale']; readonly initial?: FlowField | 'given' | undefined },
): FlowScales {
  const side = Math.min(size.width, size.height);
  if (!holdsMotion(size)) {
    throw new KinemacolorError(
      'internal',
      `Flow needs pictures of at least ${PATCH} x ${PATCH} cells, received ${size.width} x ${size.height}; choose a larger working grid.`,
    );
  }
  const coarsest = Math.max(0, Math.floor(Math.log2(side / COARSEST_SIDE)));
  const finest = Math.min(options.finestScale, coarsest);
  return { start: options.initial ? Math.min(finest + REFINE_LEVELS, coarsest) : coarsest, finest };
}

/** How a level is searched; the same for `estimateFlow` and its twin. */
export function settingsAt(
  scale: number,
  options: Pick<FlowOptions, 'iterations' | 'regularise'> & { readonly initial?: unknown },
) {
  const { iterations = ITERATIONS, regularise = !options.initial } = options;
  const beyond = scale === 0 && !options.initial ? BEYOND : Number.POSITIVE_INFINITY;
  return { iterations, beyond, regularise: scale === 0 && regularise };
}

/**
 * Dense inverse search (Kroeger et al. 2016, arXiv 1603.03590) without variational refinement: backward flow of `at` against
 * `from`, in cells of their grid (both of one size, at least 8 x 8). At the full grid patches agree with their neighbours, and in
 * a search from nothing those that left the picture follow them. On coarser levels, and in a flow that is refined, they may be pulled in by the
 * border: a wrong motion out is found back from, and colour that looks alike is better than none.
 */
export function estimateFlow(at: Plane<Uint8Array>, from: Plane<Uint8Array>, options: FlowOptions): FlowField {
  const scales = flowScales(at, options);
  const levels = { at: pyramidOf(at, scales.start), from: pyramidOf(from, scales.start) };
  let flow = options.initial;
  let flowScale = 0;
  for (let scale = scales.start; scale >= scales.finest; scale--) {
    const patches = startPatches(levels.at[scale]!, flow, 2 ** (scale - flowScale));
    const settings = settingsAt(scale, options);
    searchPatches(patches, levels.at[scale]!, levels.from[scale]!, settings);
    if (settings.regularise) regularise(patches);
    flow = densify(patches, levels.at[scale]!, levels.from[scale]!);
    flowScale = scale;
  }
  return raiseFlow(flow!, at, 2 ** flowScale);
}

/** Patches whose motion is the flow at their centre. `ratio`: cells of the flow's grid per cell of the level. */
function startPatches(level: Level, flow: FlowField | undefined, ratio: number): Patches {
  const patches = restingPatches(level);
  const { xs, ys } = patches;
  if (!flow) return patches;
  const taps = freshTaps();
  for (let j = 0, p = 0; j < ys.length; j++) {
    for (let i = 0; i < xs.length; i++, p++) {
      locate(taps, (xs[i]! + PATCH / 2) * ratio - 0.5, (ys[j]! + PATCH / 2) * ratio - 0.5, flow);
      patches.u[p] = valueAt(flow.data, taps, 2, 0) / ratio;
      patches.v[p] = valueAt(flow.data, taps, 2, 1) / ratio;
    }
  }
  return patches;
}

/** Bring a level's flow to the full grid, bilinear, motion in its cells. */
function raiseFlow(flow: FlowField, size: { width: number; height: number }, ratio: number): FlowField {
  const out = flowField(size.width, size.height);
  if (ratio === 1) {
    out.data.set(flow.data);
    return out;
  }
  const taps = freshTaps();
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i += 2) {
      locate(taps, (x + 0.5) / ratio - 0.5, (y + 0.5) / ratio - 0.5, flow);
      out.data[i] = valueAt(flow.data, taps, 2, 0) * ratio;
      out.data[i + 1] = valueAt(flow.data, taps, 2, 1) * ratio;
    }
  }
  return out;
}
