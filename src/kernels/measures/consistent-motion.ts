import type { FlowField } from '../../media/fields/flow-field.ts';

/**
 * Flows count as consistent if |forward + backward|^2 < 0.01 (|forward|^2 + |backward|^2) + 0.5, in pixels (Sundaram et al.
 * 2010).
 */
const CONSISTENCY_SHARE = 0.01;
const CONSISTENCY_PIXELS = 0.5;

/**
 * Forward and backward flow between two frames, on a grid of `factor` x `factor` pixels per cell. `forward` is at the earlier
 * frame, `backward` at the later.
 */
export interface BidirectionalFlow {
  readonly forward: FlowField;
  readonly backward: FlowField;
  readonly factor: number;
}

/** For every pixel of the earlier frame, its motion to the later one where both directions are consistent. */
export interface ConsistentMotion {
  readonly width: number;
  readonly height: number;
  /** Displacement in pixels, interleaved x, y. */
  readonly displacement: Float32Array;
  /**
   * Share of the bilinear sample that lies inside the picture, 0..1 (outside counts as 0); -1 where the motion is inconsistent.
   */
  readonly coverage: Float32Array;
}

/** Motion that passes the forward-backward check. Flow outside the picture counts as 0, as in the common implementations. */
export function consistentMotion(
  { forward, backward, factor }: BidirectionalFlow,
  width: number,
  height: number,
): ConsistentMotion {
  const displacement = new Float32Array(2 * width * height);
  const coverage = new Float32Array(width * height);
  const columns = axis(width, forward.width, factor);
  const rows = axis(height, forward.height, factor);
  const row = new Float32Array(2 * forward.width);
  const sampled = { x: 0, y: 0 };
  const scale = 1 / factor;
  const offset = 0.5 * scale - 0.5;
  for (let y = 0, i = 0; y < height; y++) {
    blendRows(row, forward, rows.first[y]!, rows.share[y]!);
    const cells = Math.floor(y / factor) * backward.width;
    for (let x = 0; x < width; x++, i++) {
      const left = 2 * columns.first[x]!;
      const share = columns.share[x]!;
      const next = share > 0 ? left + 2 : left;
      const dx = factor * (row[left]! + (row[next]! - row[left]!) * share);
      const dy = factor * (row[left + 1]! + (row[next + 1]! - row[left + 1]!) * share);
      const inside = shareInside(x + dx, width) * shareInside(y + dy, height);
      sampleFlow(sampled, backward, (x + dx) * scale + offset, (y + dy) * scale + offset);
      const mx = dx + inside * factor * sampled.x;
      const my = dy + inside * factor * sampled.y;
      const cell = 2 * (cells + Math.trunc((x + 0.5) * scale));
      const bx = factor * backward.data[cell]!;
      const by = factor * backward.data[cell + 1]!;
      displacement[2 * i] = dx;
      displacement[2 * i + 1] = dy;
      const isConsistent = mx * mx + my * my < CONSISTENCY_SHARE * (dx * dx + dy * dy + bx * bx + by * by) + CONSISTENCY_PIXELS;
      coverage[i] = isConsistent ? inside : -1;
    }
  }
  return { width, height, displacement, coverage };
}

/** For every pixel along an axis: the cell centre at or before it, and the fraction of the way to the next, 0..1. */
function axis(pixels: number, cells: number, factor: number): { first: Int32Array; share: Float32Array } {
  const first = new Int32Array(pixels);
  const share = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const position = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), cells - 1);
    first[i] = Math.floor(position);
    share[i] = position - first[i]!;
  }
  return { first, share };
}

/** Flow interpolated between two rows of cells. */
function blendRows(row: Float32Array, { width, data }: FlowField, first: number, share: number): void {
  const upper = 2 * first * width;
  const under = share > 0 ? upper + 2 * width : upper;
  for (let i = 0; i < row.length; i++) row[i] = data[upper + i]! + (data[under + i]! - data[upper + i]!) * share;
}

/** Bilinear, clamped at the edge. Inlined because `locate` and `valueAt` take three times as long over a whole picture. */
function sampleFlow(into: { x: number; y: number }, { width, height, data }: FlowField, x: number, y: number): void {
  const px = Math.min(Math.max(x, 0), width - 1);
  const py = Math.min(Math.max(y, 0), height - 1);
  const left = Math.trunc(px);
  const top = Math.trunc(py);
  const right = px - left;
  const lower = py - top;
  const a = 2 * (top * width + left);
  const b = right > 0 ? a + 2 : a;
  const c = lower > 0 ? a + 2 * width : a;
  const d = c + b - a;
  const upperX = data[a]! + (data[b]! - data[a]!) * right;
  const upperY = data[a + 1]! + (data[b + 1]! - data[a + 1]!) * right;
  into.x = upperX + (data[c]! + (data[d]! - data[c]!) * right - upperX) * lower;
  into.y = upperY + (data[c + 1]! + (data[d + 1]! - data[c + 1]!) * right - upperY) * lower;
}

function shareInside(position: number, size: number): number {
  if (position < 0) return Math.max(0, 1 + position);
  return position > size - 1 ? Math.max(0, size - position) : 1;
}
