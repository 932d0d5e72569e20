import { KinemacolorError } from '../../errors.ts';
import { type FlowField, flowField } from '../../media/fields/flow-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { densify } from './densify.ts';
import { type Level, pyramidOf } from './flow-pyramid.ts';
import { regularise } from './patch-regularisation.ts';
import { PATCH, type Patches, patchesAtRest, searchPatches } from './patch-search.ts';
import { locate, newTaps, valueAt } from './warp.ts';

/** The shorter side of the coarsest level has at least this many cells: two patches side by side. */
const COARSEST_SIDE = 2 * PATCH;
/** Maximum Gauss-Newton steps per patch and pass. Most patches converge sooner. */
const ITERATIONS = 6;
/** Refinement of a given flow starts this many levels above the finest, so that errors of a few cells can be corrected. */
const REFINE_LEVELS = 1;
/**
 * A patch whose match lies more than this many cells outside the other picture is not searched, since its content was not visible
 * there.
 */
const BEYOND = 2;

export interface FlowOptions {
  /** Finest level searched: 0 is the full grid; each step up halves it (faster, coarser). */
  readonly finestScale: 0 | 1 | 2;
  /** Maximum Gauss-Newton steps per patch and pass. */
  readonly iterations?: number;
  /** Initial flow on the full grid, e.g. a composed flow to refine. */
  readonly initial?: FlowField;
  /** Whether patches are regularised at the full grid (see `regularise`). Default: yes, unless an initial flow is given. */
  readonly regularise?: boolean;
}

/** Pyramid levels of a search, from `start` (coarsest) down to `finest`. */
export interface FlowScales {
  readonly start: number;
  readonly finest: number;
}

/** Whether a picture of this size is large enough for optical flow. Smaller ones are treated as static. */
export function canEstimateFlow({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return Math.min(width, height) >= PATCH;
}

/** Pyramid levels for pictures of this size. Throws `internal` if they are smaller than a patch. */
export function flowScales(
  size: { width: number; height: number },
  options: { readonly finestScale: FlowOptions['finestScale']; readonly initial?: FlowField | 'given' | undefined },
): FlowScales {
  const side = Math.min(size.width, size.height);
  if (!canEstimateFlow(size)) {
    throw new KinemacolorError(
      'internal',
      `Flow needs pictures of at least ${PATCH} x ${PATCH} cells, received ${size.width} x ${size.height}; choose a larger working grid.`,
    );
  }
  const coarsest = Math.max(0, Math.floor(Math.log2(side / COARSEST_SIDE)));
  const finest = Math.min(options.finestScale, coarsest);
  return { start: options.initial ? Math.min(finest + REFINE_LEVELS, coarsest) : coarsest, finest };
}

/** Search settings of one level, shared with the SIMD version. */
export function settingsAt(
  scale: number,
  options: Pick<FlowOptions, 'iterations' | 'regularise'> & { readonly initial?: unknown },
) {
  const { iterations = ITERATIONS, regularise = !options.initial } = options;
  const beyond = scale === 0 && !options.initial ? BEYOND : Number.POSITIVE_INFINITY;
  return { iterations, beyond, regularise: scale === 0 && regularise };
}

/**
 * Dense inverse search (Kroeger et al. 2016, arXiv 1603.03590) without variational refinement. Estimates the flow from `at` to
 * `from`, in cells of their common grid (at least 8 x 8).
 * At the full grid, patches are regularised against their neighbours; in a search from scratch, patches that left the picture
 * inherit their neighbours' motion. Coarser levels and refinements do search outside, although the replicated border may attract
 * patches: finer levels recover from that, and a colour of similar luma is better than none.
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
  return upsampleFlow(flow!, at, 2 ** flowScale);
}

/** Patches initialised with the flow at their centre. `ratio`: cells of the flow's grid per cell of the level. */
function startPatches(level: Level, flow: FlowField | undefined, ratio: number): Patches {
  const patches = patchesAtRest(level);
  const { xs, ys } = patches;
  if (!flow) return patches;
  const taps = newTaps();
  for (let j = 0, p = 0; j < ys.length; j++) {
    for (let i = 0; i < xs.length; i++, p++) {
      locate(taps, (xs[i]! + PATCH / 2) * ratio - 0.5, (ys[j]! + PATCH / 2) * ratio - 0.5, flow);
      patches.u[p] = valueAt(flow.data, taps, 2, 0) / ratio;
      patches.v[p] = valueAt(flow.data, taps, 2, 1) / ratio;
    }
  }
  return patches;
}

/** Upsamples a level's flow to the full grid, bilinearly, and scales it to full-grid cells. */
function upsampleFlow(flow: FlowField, size: { width: number; height: number }, ratio: number): FlowField {
  const out = flowField(size.width, size.height);
  if (ratio === 1) {
    out.data.set(flow.data);
    return out;
  }
  const taps = newTaps();
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i += 2) {
      locate(taps, (x + 0.5) / ratio - 0.5, (y + 0.5) / ratio - 0.5, flow);
      out.data[i] = valueAt(flow.data, taps, 2, 0) * ratio;
      out.data[i + 1] = valueAt(flow.data, taps, 2, 1) * ratio;
    }
  }
  return out;
}
