import type { FlowField } from '../media/flow-field.ts';
import { freshTaps, locate, valueAt } from './warp.ts';

/** A path there and back counts as closed while |loop|^2 < 0.01 (|ahead|^2 + |back|^2) + 0.5 (Sundaram et al. 2010), in pixels. */
const LOOP_SHARE = 0.01;
const LOOP_PIXELS = 0.5;

/** Motion between two frames on a grid whose cells are squares of `factor` pixels: at the earlier from the later, and the other way. */
export interface Motion {
  readonly ahead: FlowField;
  readonly back: FlowField;
  readonly factor: number;
}

/** For every pixel of the earlier frame where it is in the later one, as far as both directions agree. */
export interface SteadyMotion {
  readonly width: number;
  readonly height: number;
  /** Displacement in pixels, interleaved x, y. */
  readonly displacement: Float32Array;
  /** How much of the sample there lies in the picture, 0..1, where everything beyond the picture is nothing; -1: not steady. */
  readonly cover: Float32Array;
}

/** Where motion is the same both ways. Motion beyond the picture counts as none, as in the usual tools. */
export function steadyMotion({ ahead, back, factor }: Motion, width: number, height: number): SteadyMotion {
  const displacement = new Float32Array(2 * width * height);
  const cover = new Float32Array(width * height);
  const taps = freshTaps();
  const half = 0.5 / factor - 0.5;
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / factor) * back.width;
    for (let x = 0; x < width; x++, i++) {
      locate(taps, x / factor + half, y / factor + half, ahead);
      const dx = factor * valueAt(ahead.data, taps, 2, 0);
      const dy = factor * valueAt(ahead.data, taps, 2, 1);
      const inside = coverage(x + dx, width) * coverage(y + dy, height);
      locate(taps, (x + dx) / factor + half, (y + dy) / factor + half, back);
      const mx = dx + inside * factor * valueAt(back.data, taps, 2, 0);
      const my = dy + inside * factor * valueAt(back.data, taps, 2, 1);
      const cell = 2 * (row + Math.floor(x / factor));
      const bx = factor * back.data[cell]!;
      const by = factor * back.data[cell + 1]!;
      displacement[2 * i] = dx;
      displacement[2 * i + 1] = dy;
      const steady = mx * mx + my * my < LOOP_SHARE * (dx * dx + dy * dy + bx * bx + by * by) + LOOP_PIXELS;
      cover[i] = steady ? inside : -1;
    }
  }
  return { width, height, displacement, cover };
}

function coverage(position: number, size: number): number {
  if (position < 0) return Math.max(0, 1 + position);
  return position > size - 1 ? Math.max(0, size - position) : 1;
}
