import { locate, newTaps, valueAt } from '../../kernels/flow/warp.ts';
import type { FlowField } from '../../media/fields/flow-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { Frame, PictureFormat } from '../../media/film/frame.ts';
import type { Hint } from '../../media/plan/hint.ts';
import { shrink } from '../propagate/cut-spans.ts';
import { estimateFlowPair, type FlowPair } from '../propagate/estimate-flow.ts';
import type { WorkingGrid } from '../propagate/working-grid.ts';
import type { StageThreads } from '../threads/stage-threads.ts';

/** Hints are tracked at half the working grid's resolution. A dot is wider than a cell, and flow costs a quarter. */
const COARSER = 2;
/** Maximum frames a hint is tracked in each direction: ten seconds. Bounds the memory for long shots (0.3 MB per frame). */
const REACH = 240;
/** A dot is lost if its forward-backward consistency error exceeds this many cells. */
const ROUND_TRIP = 1.5;
/** A dot is also lost if the gray under it changes by more than this between frames, in 8-bit levels. */
const GRAY_STEP = 24;

/** A tracked hint, positioned in cells of the coarse grid. */
interface Dot {
  readonly hint: Hint;
  readonly x: number;
  readonly y: number;
  readonly since: number;
}

/**
 * Tracks hints along the optical flow of their shot, in both directions, to its other keyframes, until they leave the picture or
 * are occluded. Returns the hints visible at the requested keyframes, by frame index, excluding each frame's own.
 */
export async function followHints(
  frames: AsyncIterable<Frame>,
  { hinted, wantedFrames }: { hinted: ReadonlyMap<number, readonly Hint[]>; wantedFrames: ReadonlySet<number> },
  options: { threads: StageThreads; grid: WorkingGrid; format: PictureFormat },
): Promise<Map<number, Hint[]>> {
  const { threads, grid, format } = options;
  const coarse = { ...grid, factor: grid.factor * COARSER };
  const seen = new Map<number, Hint[]>();
  const past: { index: number; gray: Plane<Uint8Array>; flowPair: FlowPair | undefined }[] = [];
  let later: Dot[] = [];
  for await (const frame of frames) {
    const gray = await shrink(threads, frame, coarse, format);
    const before = past.at(-1);
    const flowPair = before && (await estimateFlowPair(threads, { earlier: before.gray, later: gray, flow: 'fine' }));
    if (before && flowPair)
      later = moved(later, {
        there: flowPair.forward.flow,
        backward: flowPair.backward.flow,
        from: before.gray,
        to: gray,
      }).filter(dot => frame.index - dot.since <= REACH);
    past.push({ index: frame.index, gray, flowPair });
    if (past.length > REACH) past.shift();
    if (wantedFrames.has(frame.index)) note(seen, frame.index, later, gray);
    const own = hinted.get(frame.index) ?? [];
    if (own.length === 0) continue;
    const dots = own.map(hint => ({ hint, x: hint.x * gray.width, y: hint.y * gray.height, since: frame.index }));
    later = [...later, ...dots];
    goBack(dots, past, { wantedFrames, seen });
  }
  return seen;
}

/** Tracks from the last frame of `past` to its first. */
function goBack(
  dots: readonly Dot[],
  past: readonly { index: number; gray: Plane<Uint8Array>; flowPair: FlowPair | undefined }[],
  { wantedFrames, seen }: { wantedFrames: ReadonlySet<number>; seen: Map<number, Hint[]> },
): void {
  let now = [...dots];
  for (let at = past.length - 1; at > 0 && now.length > 0; at--) {
    const { flowPair, gray } = past[at]!;
    const earlier = past[at - 1]!;
    now = moved(now, { there: flowPair!.backward.flow, backward: flowPair!.forward.flow, from: gray, to: earlier.gray });
    if (wantedFrames.has(earlier.index)) note(seen, earlier.index, now, earlier.gray);
  }
}

function note(seen: Map<number, Hint[]>, index: number, dots: readonly Dot[], gray: Plane<Uint8Array>): void {
  const hints = dots.map(({ hint, x, y }) => ({ ...hint, x: x / gray.width, y: y / gray.height }));
  seen.set(index, [...(seen.get(index) ?? []), ...hints]);
}

interface Step {
  readonly there: FlowField;
  readonly backward: FlowField;
  readonly from: Plane<Uint8Array>;
  readonly to: Plane<Uint8Array>;
}

function moved(dots: readonly Dot[], step: Step): Dot[] {
  return dots.flatMap(dot => {
    const next = along(step.there, dot);
    if (next.x < 0 || next.y < 0 || next.x >= step.to.width || next.y >= step.to.height) return [];
    const home = along(step.backward, next);
    if (Math.hypot(home.x - dot.x, home.y - dot.y) > ROUND_TRIP) return [];
    if (Math.abs(grayAt(step.from, dot) - grayAt(step.to, next)) > GRAY_STEP) return [];
    return [{ ...dot, ...next }];
  });
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Dots are measured from the corners of cells, fields from their centres. */
function along(flow: FlowField, { x, y }: Place): Place {
  const taps = newTaps();
  locate(taps, x - 0.5, y - 0.5, flow);
  return { x: x + valueAt(flow.data, taps, 2, 0), y: y + valueAt(flow.data, taps, 2, 1) };
}

function grayAt(gray: Plane<Uint8Array>, { x, y }: Place): number {
  const taps = newTaps();
  locate(taps, x - 0.5, y - 0.5, gray);
  return valueAt(gray.data, taps);
}
