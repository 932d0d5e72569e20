/**
 * SIMD version of ../filters/guided-filter.ts. Eight moments per cell lie together in 32 bytes, so that one box filter sums them
 * all at once. Buffers of such cells need room for four more. A box sum is built from two partial sums: from its first cell to
 * the end of a block as long as the box, and from there to its last cell (van Herk 1992; Gil and Werman 1993, for minima).
 * Nothing is subtracted, so cells outside a box do not affect it, not even by rounding.
 */

/** See ../filters/guided-filter.ts. */
const NEUTRAL_WEIGHT: f32 = 1e-3;
const CELL: usize = 32;
const PER_LEVEL: f32 = 1 / 255;

/** Transposes and stores four vectors: lane i of each goes to cell i. `step`: bytes between cells. */
@inline
function storeTransposed(a: v128, b: v128, c: v128, d: v128, to: usize, step: usize): void {
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const abLate = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cdLate = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to + step, v128.shuffle<i64>(ab, cd, 1, 3));
  v128.store(to + 2 * step, v128.shuffle<i64>(abLate, cdLate, 0, 2));
  v128.store(to + 3 * step, v128.shuffle<i64>(abLate, cdLate, 1, 3));
}

/** Transposes back. `early`, `late`: lanes 0 and 1, or 2 and 3, of two cells. `firstOf`, `secondOf`: a lane of two such pairs. */
@inline
function firstOf(ab: v128, cd: v128): v128 {
  return v128.shuffle<i64>(ab, cd, 0, 2);
}

@inline
function secondOf(ab: v128, cd: v128): v128 {
  return v128.shuffle<i64>(ab, cd, 1, 3);
}

@inline
function early(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 4, 1, 5);
}

@inline
function late(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 2, 6, 3, 7);
}

@inline
function lumaOf(luma: usize): v128 {
  const levels = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(luma)));
  return f32x4.mul(f32x4.convert_i32x4_s(levels), f32x4.splat(PER_LEVEL));
}

/** Moments of a row: [w, w I, w I I, t t], [t cb, t cb I, t cr, t cr I]. t: trust, w: t plus the neutral weight, I: luma. */
function fillMoments(luma: usize, cb: usize, cr: usize, trust: usize, width: i32, out: usize): void {
  for (let x: usize = 0; x < <usize>width; x += 4) {
    const gray = lumaOf(luma + x);
    const t = v128.load(trust + 4 * x);
    const w = f32x4.add(t, f32x4.splat(NEUTRAL_WEIGHT));
    const wi = f32x4.mul(w, gray);
    const tcb = f32x4.mul(t, v128.load(cb + 4 * x));
    const tcr = f32x4.mul(t, v128.load(cr + 4 * x));
    storeTransposed(w, wi, f32x4.mul(wi, gray), f32x4.mul(t, t), out + x * CELL, CELL);
    storeTransposed(tcb, f32x4.mul(tcb, gray), tcr, f32x4.mul(tcr, gray), out + x * CELL + 16, CELL);
  }
}

/** to = a + b, for whole rows. */
function addRows(a: usize, b: usize, bytes: usize, to: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, f32x4.add(v128.load(a + i), v128.load(b + i)));
}

/** Sums column sums over the width of the box. */
function sumAcross(columns: usize, width: i32, radius: i32, out: usize): void {
  for (let start = 0; start < width; start += 2 * radius + 1) {
    const end = min(start + 2 * radius + 1, width);
    let first = f32x4.splat(0);
    let second = f32x4.splat(0);
    for (let x = min(start + radius, width - 1); x >= max(start - radius, 0); x--) {
      const column = columns + <usize>x * CELL;
      first = f32x4.add(first, v128.load(column));
      second = f32x4.add(second, v128.load(column, 16));
      if (x + radius >= end) continue;
      v128.store(out + <usize>(x + radius) * CELL, first);
      v128.store(out + <usize>(x + radius) * CELL, second, 16);
    }
    for (let x = start; x < min(radius, end); x++) {
      v128.store(out + <usize>x * CELL, first);
      v128.store(out + <usize>x * CELL, second, 16);
    }
    first = f32x4.splat(0);
    second = f32x4.splat(0);
    for (let x = start + 1; x < end; x++) {
      const at = out + <usize>x * CELL;
      if (x + radius < width) {
        const column = columns + <usize>(x + radius) * CELL;
        first = f32x4.add(first, v128.load(column));
        second = f32x4.add(second, v128.load(column, 16));
      }
      v128.store(at, f32x4.add(v128.load(at), first));
      v128.store(at, f32x4.add(v128.load(at, 16), second), 16);
    }
  }
}

/** Linear model of each window in a row: [W a_cb, W b_cb, W a_cr, W b_cr], [W, W trust, 0, 0]. W: weight of the window. */
function solveRow(sums: usize, width: i32, epsilon: f32, out: usize): void {
  const zero = f32x4.splat(0);
  for (let x: usize = 0; x < <usize>width; x += 4) {
    const at = sums + x * CELL;
    const gray01 = early(v128.load(at), v128.load(at, 32));
    const gray23 = early(v128.load(at, 64), v128.load(at, 96));
    const more01 = late(v128.load(at), v128.load(at, 32));
    const more23 = late(v128.load(at, 64), v128.load(at, 96));
    const cb01 = early(v128.load(at, 16), v128.load(at, 48));
    const cb23 = early(v128.load(at, 80), v128.load(at, 112));
    const cr01 = late(v128.load(at, 16), v128.load(at, 48));
    const cr23 = late(v128.load(at, 80), v128.load(at, 112));
    const weight = firstOf(gray01, gray23);
    const share = f32x4.div(f32x4.splat(1), weight);
    const mean = f32x4.mul(secondOf(gray01, gray23), share);
    const spread = f32x4.sub(f32x4.mul(firstOf(more01, more23), share), f32x4.mul(mean, mean));
    const variance = f32x4.add(f32x4.pmax(spread, zero), f32x4.splat(epsilon));
    const perVariance = f32x4.div(f32x4.splat(1), variance);
    // W a = (sum t c I - mean sum t c) / variance; W b = sum t c - mean W a.
    const sumCb = firstOf(cb01, cb23);
    const slopeCb = f32x4.mul(f32x4.sub(secondOf(cb01, cb23), f32x4.mul(mean, sumCb)), perVariance);
    const sumCr = firstOf(cr01, cr23);
    const slopeCr = f32x4.mul(f32x4.sub(secondOf(cr01, cr23), f32x4.mul(mean, sumCr)), perVariance);
    const offsetCb = f32x4.sub(sumCb, f32x4.mul(mean, slopeCb));
    const offsetCr = f32x4.sub(sumCr, f32x4.mul(mean, slopeCr));
    storeTransposed(slopeCb, offsetCb, slopeCr, offsetCr, out + x * CELL, CELL);
    storeTransposed(weight, secondOf(more01, more23), zero, zero, out + x * CELL + 16, CELL);
  }
}

/**
 * Column sums over the box around row `y`, called for y = 0, 1, ... `rows`. `step`: bytes per row.
 * Row k of the input, available up to row y + radius, lies in slot (k + shift) % slots. It is overwritten by the sum from itself
 * to the end of its block.
 * `late`: scratch for the sum that starts at the end of a block.
 */
function sumDown(
  rows: usize,
  step: usize,
  slots: i32,
  shift: i32,
  y: i32,
  height: i32,
  radius: i32,
  bytes: usize,
  late: usize,
  columns: usize,
): void {
  const top = max(y - radius, 0);
  const first = rows + <usize>((top + shift) % slots) * step;
  if (y % (2 * radius + 1) == 0) {
    const last = rows + <usize>((min(y + radius, height - 1) + shift) % slots) * step;
    for (let row = last; row > first; row -= step) addRows(row - step, row, bytes, row - step);
    memory.fill(late, 0, bytes);
  } else if (y + radius < height) {
    addRows(late, rows + <usize>((y + radius + shift) % slots) * step, bytes, late);
  }
  addRows(first, late, bytes, columns);
}

/**
 * Weighted linear model of the window around every cell.
 * `ring`: scratch, 2 * radius + 1 rows of cells. `late`, `columns`, `sums`: scratch, one row each. `lines`: output, all cells.
 */
export function fitLines(
  luma: usize,
  cb: usize,
  cr: usize,
  trust: usize,
  width: i32,
  height: i32,
  radius: i32,
  epsilon: f32,
  ring: usize,
  late: usize,
  columns: usize,
  sums: usize,
  lines: usize,
): void {
  const slots = 2 * radius + 1;
  const bytes = <usize>width * CELL;
  const step = bytes + 4 * CELL;
  for (let y = -radius; y < height; y++) {
    const incoming = y + radius;
    if (incoming < height) {
      const row = <usize>(incoming * width);
      const slot = ring + <usize>((incoming + radius) % slots) * step;
      fillMoments(luma + row, cb + 4 * row, cr + 4 * row, trust + 4 * row, width, slot);
    }
    if (y < 0) continue;
    sumDown(ring, step, slots, radius, y, height, radius, bytes, late, columns);
    sumAcross(columns, width, radius, sums);
    solveRow(sums, width, epsilon, lines + <usize>y * bytes);
  }
}

/**
 * Weighted mean of the linear models of all windows that contain a cell: [a_cb, b_cb, a_cr, b_cr], 16 bytes per cell, and the
 * mean trust. Overwrites `lines`.
 */
export function averageLines(
  lines: usize,
  width: i32,
  height: i32,
  radius: i32,
  late: usize,
  columns: usize,
  sums: usize,
  averaged: usize,
  trust: usize,
): void {
  const bytes = <usize>width * CELL;
  for (let y = 0; y < height; y++) {
    sumDown(lines, bytes, height, 0, y, height, radius, bytes, late, columns);
    sumAcross(columns, width, radius, sums);
    for (let x = 0; x < width; x++) {
      const cell = <usize>(y * width + x);
      const at = sums + <usize>x * CELL;
      const weights = v128.load(at, 16);
      const share = f32x4.div(f32x4.splat(1), v128.shuffle<f32>(weights, weights, 0, 0, 0, 0));
      v128.store(averaged + cell * 16, f32x4.mul(v128.load(at), share));
      store<f32>(trust + cell * 4, f32x4.extract_lane(f32x4.mul(weights, share), 1));
    }
  }
}

/** Chroma of four cells from their transposed models [a_cb, b_cb, a_cr, b_cr] and lumas. */
@inline
function evaluateFour(a: v128, b: v128, c: v128, d: v128, gray: v128, cb: usize, cr: usize): void {
  const cb01 = early(a, b);
  const cb23 = early(c, d);
  const cr01 = late(a, b);
  const cr23 = late(c, d);
  v128.store(cb, f32x4.add(f32x4.mul(firstOf(cb01, cb23), gray), secondOf(cb01, cb23)));
  v128.store(cr, f32x4.add(f32x4.mul(firstOf(cr01, cr23), gray), secondOf(cr01, cr23)));
}

/** Evaluates the linear models on the luma of their own grid. */
export function evaluateLines(averaged: usize, luma: usize, cells: i32, cb: usize, cr: usize): void {
  for (let i: usize = 0; i < <usize>cells; i += 4) {
    const at = averaged + 16 * i;
    evaluateFour(v128.load(at), v128.load(at, 16), v128.load(at, 32), v128.load(at, 48), lumaOf(luma + i), cb + 4 * i, cr + 4 * i);
  }
}

@inline
function blend(a: v128, b: v128, share: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), share));
}

@inline
function lineAt(row: usize, first: usize, weights: usize, x: usize): v128 {
  const at = row + <usize>load<i32>(first + 4 * x) * 16;
  return blend(v128.load(at), v128.load(at, 16), v128.load32_splat(weights + 8 * x, 4));
}

/**
 * Upsamples the linear models bilinearly to the grid of a larger luma and evaluates them there.
 * `down`, `downWeights`, `across`, `acrossWeights`: two taps per cell (see ../filters/resample.ts), with room for four more
 * columns. `row`: scratch, one row of models.
 */
export function upsampleLines(
  averaged: usize,
  lowWidth: i32,
  luma: usize,
  width: i32,
  height: i32,
  down: usize,
  downWeights: usize,
  across: usize,
  acrossWeights: usize,
  row: usize,
  cb: usize,
  cr: usize,
): void {
  const bytes = <usize>lowWidth * 16;
  for (let y = 0; y < height; y++) {
    const upper = averaged + <usize>load<i32>(down + <usize>y * 4) * bytes;
    const lower = v128.load32_splat(downWeights + <usize>y * 8, 4);
    for (let i: usize = 0; i < bytes; i += 16) v128.store(row + i, blend(v128.load(upper + i), v128.load(upper + bytes + i), lower));
    for (let x: usize = 0; x < <usize>width; x += 4) {
      const a = lineAt(row, across, acrossWeights, x);
      const b = lineAt(row, across, acrossWeights, x + 1);
      const c = lineAt(row, across, acrossWeights, x + 2);
      const d = lineAt(row, across, acrossWeights, x + 3);
      const cell = <usize>(y * width) + x;
      evaluateFour(a, b, c, d, lumaOf(luma + cell), cb + 4 * cell, cr + 4 * cell);
    }
  }
}
