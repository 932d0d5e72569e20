import type { Plane } from '../../media/fields/plane.ts';

/** Width of the replicated border around every level. A patch may lie outside the picture by its full size. */
export const BORDER = 16;

/** One pyramid level, half the size of the finer one (rounded up), with a replicated border. */
export interface Level {
  readonly width: number;
  readonly height: number;
  /** Cells per row, border included. */
  readonly stride: number;
  /** Index of cell (0, 0). */
  readonly origin: number;
  readonly data: Uint8Array;
}

/** Builds levels 0 (the picture itself) .. coarsest. */
export function pyramidOf(picture: Plane<Uint8Array>, coarsest: number): Level[] {
  const levels: Level[] = [emptyLevel(picture.width, picture.height)];
  const full = levels[0]!;
  for (let y = 0; y < full.height; y++) {
    full.data.set(picture.data.subarray(y * full.width, (y + 1) * full.width), full.origin + y * full.stride);
  }
  replicateBorder(full);
  for (let scale = 1; scale <= coarsest; scale++) levels.push(halved(levels[scale - 1]!));
  return levels;
}

function emptyLevel(width: number, height: number): Level {
  const stride = width + 2 * BORDER;
  return { width, height, stride, origin: BORDER * stride + BORDER, data: new Uint8Array(stride * (height + 2 * BORDER)) };
}

/** Rounded mean of each 2 x 2 block. The border fills blocks that reach outside. */
function halved(fine: Level): Level {
  const coarse = emptyLevel((fine.width + 1) >> 1, (fine.height + 1) >> 1);
  for (let y = 0; y < coarse.height; y++) {
    for (let x = 0; x < coarse.width; x++) {
      const i = fine.origin + 2 * y * fine.stride + 2 * x;
      const sum = fine.data[i]! + fine.data[i + 1]! + fine.data[i + fine.stride]! + fine.data[i + fine.stride + 1]!;
      coarse.data[coarse.origin + y * coarse.stride + x] = (sum + 2) >> 2;
    }
  }
  replicateBorder(coarse);
  return coarse;
}

function replicateBorder(level: Level): void {
  const { width, height, stride, origin, data } = level;
  for (let y = 0; y < height; y++) {
    const row = origin + y * stride;
    data.fill(data[row]!, row - BORDER, row);
    data.fill(data[row + width - 1]!, row + width, row + width + BORDER);
  }
  const first = origin - BORDER;
  const last = first + (height - 1) * stride;
  for (let y = 1; y <= BORDER; y++) {
    data.copyWithin(first - y * stride, first, first + stride);
    data.copyWithin(last + y * stride, last, last + stride);
  }
}

/** Sobel gradients of every cell (eight times the gradient in levels per cell), row-major, without border. */
export interface Gradients {
  readonly x: Int16Array;
  readonly y: Int16Array;
}

export function gradientsOf(level: Level): Gradients {
  const { width, height, stride, data } = level;
  const slopes = { x: new Int16Array(width * height), y: new Int16Array(width * height) };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const at = level.origin + y * stride + x;
      const above = at - stride;
      const below = at + stride;
      const corners = data[below + 1]! - data[above - 1]!;
      const others = data[above + 1]! - data[below - 1]!;
      slopes.x[i] = corners + others + 2 * (data[at + 1]! - data[at - 1]!);
      slopes.y[i] = corners - others + 2 * (data[below]! - data[above]!);
    }
  }
  return slopes;
}
