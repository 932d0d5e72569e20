/** SIMD version of ../flow/compare.ts and ../filters/box-mean.ts. Every buffer needs room for the vector loops to overrun. */

/** Single-precision running sums are recomputed after this many steps to bound rounding errors. */
const FRESH_AFTER: i32 = 64;

/** See ../flow/compare.ts. */
const GRAIN_VARIANCE: f32 = 4;
const MIN_GAIN: f32 = 0.5;
const MAX_GAIN: f32 = 2;

@inline
function reach(at: i32, size: i32, radius: i32): i32 {
  return min(at + radius, size - 1) - max(at - radius, 0) + 1;
}

/** Box mean around every cell. `columns`: scratch, one row of floats. `out` must not be `values`. */
export function boxMean(values: usize, width: i32, height: i32, radius: i32, columns: usize, out: usize): void {
  for (let y = 0; y < height; y++) {
    if (y % FRESH_AFTER == 0) sumRows(values, width, max(y - radius, 0), min(y + radius, height - 1), columns);
    else slideRows(values, width, y + radius < height ? y + radius : -1, y - radius - 1, columns);
    meanAcross(columns, width, radius, <f32>reach(y, height, radius), out + <usize>(y * width) * 4);
  }
}

function sumRows(values: usize, width: i32, first: i32, last: i32, columns: usize): void {
  for (let x = 0; x < width; x += 4) {
    let sum = f32x4.splat(0);
    for (let y = first; y <= last; y++) sum = f32x4.add(sum, v128.load(values + <usize>(y * width + x) * 4));
    v128.store(columns + <usize>x * 4, sum);
  }
}

/** Slides the column sums down by one row. A row index below 0 means none. */
function slideRows(values: usize, width: i32, incoming: i32, outgoing: i32, columns: usize): void {
  for (let x = 0; x < width; x += 4) {
    const at = columns + <usize>x * 4;
    let sum = v128.load(at);
    if (incoming >= 0) sum = f32x4.add(sum, v128.load(values + <usize>(incoming * width + x) * 4));
    if (outgoing >= 0) sum = f32x4.sub(sum, v128.load(values + <usize>(outgoing * width + x) * 4));
    v128.store(at, sum);
  }
}

function meanAcross(columns: usize, width: i32, radius: i32, rows: f32, out: usize): void {
  const side = 2 * radius + 1;
  const insideShare: f32 = 1 / (rows * <f32>side);
  let sum: f32 = 0;
  for (let x = 0; x < width; x++) {
    const first = x - radius;
    const last = x + radius;
    if (x % FRESH_AFTER == 0) {
      sum = 0;
      for (let k = max(first, 0); k <= min(last, width - 1); k++) sum += load<f32>(columns + <usize>k * 4);
    } else {
      let change: f32 = 0;
      if (last < width) change = load<f32>(columns + <usize>last * 4);
      if (first > 0) change -= load<f32>(columns + <usize>(first - 1) * 4);
      sum += change;
    }
    const share = first >= 0 && last < width ? insideShare : 1 / (rows * <f32>reach(x, width, radius));
    store<f32>(out + <usize>x * 4, sum * share);
  }
}

/** Converts 8-bit luma to floats, in levels. */
export function lumaToFloat(luma: usize, cells: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>cells; i += 8) {
    const levels = v128.load_ext<u8>(luma + i);
    v128.store(out + 4 * i, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(levels)));
    v128.store(out + 4 * i, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(levels)), 16);
  }
}

/** out = a - b */
export function subtract(a: usize, b: usize, cells: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) v128.store(out + i, f32x4.sub(v128.load(a + i), v128.load(b + i)));
}

/** out = |a - b| */
export function distance(a: usize, b: usize, cells: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) v128.store(out + i, f32x4.abs(f32x4.sub(v128.load(a + i), v128.load(b + i))));
}

/** out = a * b */
export function multiply(a: usize, b: usize, cells: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) v128.store(out + i, f32x4.mul(v128.load(a + i), v128.load(b + i)));
}

/**
 * Matches the local mean and contrast of `warped` to a target. The other arguments are local means: of `warped`, of the target,
 * of the square of `warped`, and of the product of both.
 */
export function matchContrast(warped: usize, mean: usize, target: usize, square: usize, product: usize, cells: i32): void {
  const grain = f32x4.splat(GRAIN_VARIANCE);
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const m = v128.load(mean + i);
    const w = v128.load(target + i);
    const variance = f32x4.add(f32x4.pmax(f32x4.sub(v128.load(square + i), f32x4.mul(m, m)), f32x4.splat(0)), grain);
    const shared = f32x4.add(f32x4.sub(v128.load(product + i), f32x4.mul(m, w)), grain);
    const gain = f32x4.pmin(f32x4.pmax(f32x4.div(shared, variance), f32x4.splat(MIN_GAIN)), f32x4.splat(MAX_GAIN));
    v128.store(warped + i, f32x4.add(w, f32x4.mul(gain, f32x4.sub(v128.load(warped + i), m))));
  }
}

/** Where `otherError` is smaller: one = other, oneError = otherError. Flows are interleaved, two floats per cell. */
export function betterFlow(one: usize, other: usize, oneError: usize, otherError: usize, cells: i32): void {
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const own = v128.load(oneError + i);
    const alternative = v128.load(otherError + i);
    const less = f32x4.lt(alternative, own);
    v128.store(oneError + i, v128.bitselect(alternative, own, less));
    const early = v128.shuffle<i32>(less, less, 0, 0, 1, 1);
    const late = v128.shuffle<i32>(less, less, 2, 2, 3, 3);
    v128.store(one + 2 * i, v128.bitselect(v128.load(other + 2 * i), v128.load(one + 2 * i), early));
    v128.store(one + 2 * i, v128.bitselect(v128.load(other + 2 * i, 16), v128.load(one + 2 * i, 16), late), 16);
  }
}
