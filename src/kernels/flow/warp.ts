import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import { type FlowField, flowField } from '../../media/fields/flow-field.ts';
import { floatPlane, type Plane } from '../../media/fields/plane.ts';

/** Positions up to this many cells outside the grid still sample the edge cell: half a cell is that cell's own area. */
const EDGE_CELLS = 0.5;

/** Bilinear taps of a position clamped to the grid, and the weights of the right and lower ones. */
interface Taps {
  topLeft: number;
  topRight: number;
  bottomLeft: number;
  bottomRight: number;
  right: number;
  lower: number;
}

/** Reusable taps, so that the loops below do not allocate. */
export function newTaps(): Taps {
  return { topLeft: 0, topRight: 0, bottomLeft: 0, bottomRight: 0, right: 0, lower: 0 };
}

/** Computes the bilinear taps at (x, y), clamped to the centres of the edge cells. */
export function locate(taps: Taps, x: number, y: number, grid: { width: number; height: number }): void {
  const px = Math.min(Math.max(x, 0), grid.width - 1);
  const py = Math.min(Math.max(y, 0), grid.height - 1);
  const left = Math.floor(px);
  const top = Math.floor(py);
  const stepRight = left + 1 < grid.width ? 1 : 0;
  const stepDown = top + 1 < grid.height ? grid.width : 0;
  taps.topLeft = top * grid.width + left;
  taps.topRight = taps.topLeft + stepRight;
  taps.bottomLeft = taps.topLeft + stepDown;
  taps.bottomRight = taps.bottomLeft + stepRight;
  taps.right = px - left;
  taps.lower = py - top;
}

/** Bilinear sample of one channel of interleaved data. */
export function valueAt(data: Float32Array | Uint8Array, taps: Taps, channels = 1, channel = 0): number {
  const a = data[taps.topLeft * channels + channel]!;
  const b = data[taps.topRight * channels + channel]!;
  const c = data[taps.bottomLeft * channels + channel]!;
  const d = data[taps.bottomRight * channels + channel]!;
  const upperRow = a + (b - a) * taps.right;
  const lowerRow = c + (d - c) * taps.right;
  return upperRow + (lowerRow - upperRow) * taps.lower;
}

function isInside(x: number, y: number, grid: { width: number; height: number }): boolean {
  return x >= -EDGE_CELLS && y >= -EDGE_CELLS && x <= grid.width - 1 + EDGE_CELLS && y <= grid.height - 1 + EDGE_CELLS;
}

/** Composes two flows: composed(x) = near(x) + far(x + near(x)), bilinear, clamped at the edges. Both on one grid. */
export function composeFlow(near: FlowField, far: FlowField): FlowField {
  const composed = flowField(near.width, near.height);
  const taps = newTaps();
  for (let y = 0, i = 0; y < near.height; y++) {
    for (let x = 0; x < near.width; x++, i += 2) {
      const dx = near.data[i]!;
      const dy = near.data[i + 1]!;
      locate(taps, x + dx, y + dy, far);
      composed.data[i] = dx + valueAt(far.data, taps, 2, 0);
      composed.data[i + 1] = dy + valueAt(far.data, taps, 2, 1);
    }
  }
  return composed;
}

/**
 * Warps a field backward along the flow: out(x) = field(x + flow(x)), bilinear, border replicated. Trust is 0 where the position
 * lies more than half a cell outside. Both on one grid.
 */
export function warpField(field: ChromaField, flow: FlowField): ChromaField {
  const out = chromaField(flow.width, flow.height);
  const taps = newTaps();
  for (let y = 0, i = 0; y < flow.height; y++) {
    for (let x = 0; x < flow.width; x++, i++) {
      const px = x + flow.data[2 * i]!;
      const py = y + flow.data[2 * i + 1]!;
      locate(taps, px, py, field);
      out.cb[i] = valueAt(field.cb, taps);
      out.cr[i] = valueAt(field.cr, taps);
      out.trust[i] = isInside(px, py, field) ? valueAt(field.trust, taps) : 0;
    }
  }
  return out;
}

/** Warps one plane: out(x) = values(x + flow(x)), bilinear, border replicated. Both on one grid. */
export function warpScalar(values: Plane<Float32Array>, flow: FlowField): Plane<Float32Array> {
  const out = floatPlane(flow.width, flow.height);
  const taps = newTaps();
  for (let y = 0, i = 0; y < flow.height; y++) {
    for (let x = 0; x < flow.width; x++, i++) {
      locate(taps, x + flow.data[2 * i]!, y + flow.data[2 * i + 1]!, values);
      out.data[i] = valueAt(values.data, taps);
    }
  }
  return out;
}
