import type { CheckedFlow } from '../../media/fields/flow-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { type PropagatedField, propagatedField } from '../../media/fields/propagated-field.ts';
import { flowScales } from '../flow/flow.ts';
import { NODES, type WeightTable } from '../propagation/candidate-weight.ts';
import {
  FREE_CONSISTENCY_ERROR,
  MAX_CONSISTENCY_ERROR,
  RECOVERED,
  type SpanInput,
  type SpanOptions,
  searchesAt,
  weightTableAt,
} from '../propagation/propagate-span.ts';
import type { Arena } from './arena.ts';
import { comparePhotometry, comparisonRoom } from './compare.ts';
import { fillLevels, fillPyramid, searchRoom, searchScales } from './flow.ts';
import type { KernelExports } from './load-kernels.ts';
import { isThin } from './warp.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Addresses of a flow and its error. */
interface Scored {
  flow: number;
  error: number;
}

/**
 * `propagateSpan` without leaving wasm memory. The keyframe's colour and pyramid, the composed flow and the path error stay there
 * from frame to frame; only lumas and flows go in, and packed colour comes out.
 * `inSteps`: the same from single kernels, for grids too small for this.
 */
export function simdPropagateSpan(
  wasm: KernelExports,
  arena: Arena,
  inSteps: (span: SpanInput, options: SpanOptions) => PropagatedField[],
): (span: SpanInput, options: SpanOptions) => PropagatedField[] {
  const tableAt = openTables();
  return (span, options) => {
    if (isThin(span.color) || span.toward.length === 0) return inSteps(span, options);
    arena.clear();
    const propagator = openPropagator(wasm, arena, span, options);
    let lost = 0;
    return span.toward.map((toward, i) => {
      lost += propagator.advance(toward);
      propagator.compose(span.grays[i + 1]!, i === 0);
      const { refines, recovers } = searchesAt(i, lost, options);
      if (refines) propagator.refineFlow();
      if (recovers) propagator.recoverFlow();
      return propagator.weighColor(tableAt(i, options));
    });
  };
}

/** Tables that are kept, of 2 kB each. */
const MOST_TABLES = 256;

/** `weightTableAt`, a tenth of the time of carrying, computed once for a distance: both ends of a span and later spans share it. */
function openTables(): typeof weightTableAt {
  const kept = new Map<string, WeightTable>();
  return (i, options) => {
    const { steps, interval } = options.keyframeDistance;
    const key = [steps + i + 1, interval, options.tolerance].join();
    const table = kept.get(key) ?? weightTableAt(i, options);
    if (kept.size >= MOST_TABLES) kept.clear();
    kept.set(key, table);
    return table;
  };
}

function openPropagator(wasm: KernelExports, arena: Arena, { color, grays }: SpanInput, options: SpanOptions) {
  const { width, height } = color;
  const cells = width * height;
  const plane = () => arena.take(cells * 4);
  const flow = () => arena.take(cells * 8);
  const room = { toward: flow(), recovered: flow(), here: arena.take(cells), target: plane(), consistencyError: plane() };
  const out = { cb: plane(), cr: plane(), trust: plane() };
  const isKnown = color.trust.every(trust => trust === 1);
  const from = { cb: arena.put(color.cb), cr: arena.put(color.cr), trust: isKnown ? 0 : arena.put(color.trust) };
  const keyframe = arena.put(grays[0]!.data);
  const comparison = comparisonRoom(arena, color);
  const search = openSearch(wasm, arena, color, keyframe);
  let pathErrors = [arena.put(new Float32Array(cells)), plane()] as const;
  let whole: Scored = { flow: flow(), error: plane() };
  let next: Scored = { flow: flow(), error: plane() };
  const otherError = plane();
  const table = arena.take(NODES.errors * NODES.pathErrors * 4);
  const score = (motion: number, error: number) =>
    comparePhotometry(wasm, { ...room, from: keyframe, flow: motion, ...color }, options, { ...comparison, out: error });
  return {
    /** Advances one frame: warps the path error, and adds the consistency error of this step. Returns the share of cells lost in it. */
    advance(toward: CheckedFlow): number {
      arena.set(room.toward, toward.flow.data);
      arena.set(room.consistencyError, toward.consistencyError.data);
      const [before, now] = pathErrors;
      wasm.warpScalar(before, room.toward, width, height, now);
      wasm.addPathError(now, room.consistencyError, cells, FREE_CONSISTENCY_ERROR, MAX_CONSISTENCY_ERROR);
      pathErrors = [now, before];
      return wasm.countAbove(room.consistencyError, cells, FREE_CONSISTENCY_ERROR) / cells;
    },
    /** Composes the flow from this luma to the keyframe and computes its photometric error. */
    compose(here: Plane<Uint8Array>, isFirst: boolean) {
      arena.set(room.here, here.data);
      wasm.lumaToFloat(room.here, cells, room.target);
      if (isFirst) arena.copy(next.flow, room.toward, cells * 8);
      else wasm.composeFlow(room.toward, whole.flow, width, height, next.flow);
      score(next.flow, next.error);
      [whole, next] = [next, whole];
    },
    /** Refines the composed flow; keeps the better match per cell. */
    refineFlow() {
      for (const regularise of options.refineTwice ? [true, false] : [false]) {
        const refined = search.refine(room.here, whole.flow, regularise);
        score(refined, otherError);
        wasm.betterFlow(whole.flow, refined, whole.error, otherError, cells);
      }
    },
    /** Re-estimates the flow to the keyframe from scratch; keeps the better match per cell. */
    recoverFlow() {
      const { consistencyError, recovered } = room;
      const excessErrors = out.cb;
      arena.copy(recovered, search.toKeyframe(room.here), cells * 8);
      score(recovered, otherError);
      wasm.consistencyError(recovered, search.fromKeyframe(), width, height, consistencyError);
      wasm.addPathError(
        arena.zero(excessErrors, cells * 4),
        consistencyError,
        cells,
        FREE_CONSISTENCY_ERROR,
        MAX_CONSISTENCY_ERROR,
      );
      wasm.boxMean(excessErrors, width, height, RECOVERED.radius, comparison.columns, consistencyError);
      const candidate = [recovered, otherError, excessErrors, consistencyError] as const;
      wasm.acceptRecovered(
        whole.flow,
        whole.error,
        pathErrors[0],
        ...candidate,
        cells,
        RECOVERED.pathError,
        RECOVERED.maxPathError,
        RECOVERED.levels,
      );
    },
    weighColor({ tolerance, table: weights }: WeightTable): PropagatedField {
      const field = propagatedField(width, height);
      wasm.warpField(from.cb, from.cr, from.trust, whole.flow, width, height, out.cb, out.cr, out.trust);
      arena.set(table, weights);
      wasm.weighCandidate(
        out.cb,
        out.cr,
        out.trust,
        whole.error,
        pathErrors[0],
        table,
        tolerance,
        cells,
        otherError,
        room.consistencyError,
      );
      arena.get(otherError, field.color);
      arena.get(room.consistencyError, field.weightAndTrust);
      return field;
    },
  };
}

/**
 * Searches against the keyframe, whose pyramid is built once. Each returns the address of its flow, which the next search
 * overwrites.
 */
function openSearch(wasm: KernelExports, arena: Arena, size: Size, keyframe: number) {
  const whole = flowScales(size, { finestScale: 0 });
  const near = flowScales(size, { finestScale: 0, initial: 'given' });
  const from = fillPyramid(wasm, arena, { ...size, pixels: keyframe }, whole.start);
  const at = from.map(({ width, height, bytes }) => ({ width, height, bytes, address: arena.take(bytes) }));
  const room = searchRoom(arena, size);
  const fromScratch = { room, scales: whole };
  return {
    /** Refines the flow at `initial` from luma `here` to the keyframe. */
    refine(here: number, initial: number, regularise: boolean): number {
      fillLevels(wasm, at.slice(0, near.start + 1), here);
      return searchScales(wasm, { at, from, room, scales: near, regularise }, { address: initial, ...size, scale: 0 }).address;
    },
    /** Estimates the flow from luma `here` to the keyframe, from scratch. */
    toKeyframe(here: number): number {
      fillLevels(wasm, at, here);
      return searchScales(wasm, { at, from, ...fromScratch }, undefined).address;
    },
    /** Estimates the flow from the keyframe to the last luma, from scratch. */
    fromKeyframe: (): number => searchScales(wasm, { at: from, from: at, ...fromScratch }, undefined).address,
  };
}
