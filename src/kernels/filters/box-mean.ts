/** A grid and the radius of the box filter: (2 * radius + 1) cells each way, clipped at the edges. */
export interface BoxWindow {
  readonly width: number;
  readonly height: number;
  /** Cells, >= 0. */
  readonly radius: number;
}

/**
 * Box sum around every cell by running sums; the cost does not depend on the radius. Cells outside the picture count as 0. Sums
 * are in double precision, so they do not drift.
 */
export function boxSum(values: Float32Array, window: BoxWindow): Float32Array {
  const { width, height, radius } = window;
  const across = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let sum = 0;
    for (let x = 0; x < Math.min(radius, width); x++) sum += values[row + x]!;
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += values[row + x + radius]!;
      across[row + x] = sum;
      if (x - radius >= 0) sum -= values[row + x - radius]!;
    }
  }
  const out = new Float32Array(width * height);
  for (let x = 0; x < width; x++) {
    let sum = 0;
    for (let y = 0; y < Math.min(radius, height); y++) sum += across[y * width + x]!;
    for (let y = 0; y < height; y++) {
      if (y + radius < height) sum += across[(y + radius) * width + x]!;
      out[y * width + x] = sum;
      if (y - radius >= 0) sum -= across[(y - radius) * width + x]!;
    }
  }
  return out;
}

/** Number of cells along one axis in the box around position `at`, for an axis of `size` cells. */
export function boxReach(at: number, size: number, radius: number): number {
  return Math.min(at + radius, size - 1) - Math.max(at - radius, 0) + 1;
}

/** Box mean over the part of the box inside the picture. */
export function boxMean(values: Float32Array, window: BoxWindow): Float32Array {
  const out = boxSum(values, window);
  for (let y = 0, i = 0; y < window.height; y++) {
    const rows = boxReach(y, window.height, window.radius);
    for (let x = 0; x < window.width; x++, i++) out[i] = out[i]! / (rows * boxReach(x, window.width, window.radius));
  }
  return out;
}
