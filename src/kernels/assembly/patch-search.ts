/** SIMD version of ../flow/patch-search.ts: inverse search by Gauss-Newton steps, with motion propagated between neighbours. */
import { originOf, strideOf } from './flow-pyramid';

export const PATCH: i32 = 8;
const CELLS: f64 = 64;

/** See ../flow/patch-search.ts. */
const DAMPING: f64 = 16384;
const MIN_STEP: f64 = 0.02 * 0.02;
const MIN_DIFFERENCE: f64 = 0.1;

/** State of one patch: 64 bytes, row-major in one array. */
@unmanaged
export class Patch {
  u: f64;
  v: f64;
  error: f64;
  hessianXX: f64;
  hessianXY: f64;
  hessianYY: f64;
  sumX: i32;
  sumY: i32;
  x: i32;
  y: i32;
}

export const PATCH_BYTES: usize = 64;

/** One level of a search: addresses of cell (0, 0) of both pictures, the gradients of `at`, and the patches. */
@unmanaged
export class Search {
  at: usize;
  from: usize;
  gradientX: usize;
  gradientY: usize;
  patches: usize;
  width: i32;
  height: i32;
  columns: i32;
  rows: i32;
  iterations: i32;
  /** A patch whose match lies more than this many cells outside the other picture is not searched. */
  beyond: f64;
}

const SEARCH: usize = memory.data(64, 16);

/** Searches all patches of a level. Each patch holds its corner and initial motion. */
export function searchLevel(at: usize, from: usize, width: i32, height: i32, gradientX: usize, gradientY: usize, patches: usize, iterations: i32, beyond: f64): void {
  const search = changetype<Search>(SEARCH);
  search.at = originOf(at, width);
  search.from = originOf(from, width);
  search.gradientX = gradientX;
  search.gradientY = gradientY;
  search.patches = patches;
  search.width = width;
  search.height = height;
  search.columns = patchCount(width);
  search.rows = patchCount(height);
  search.iterations = iterations;
  search.beyond = beyond;
  for (let j = 0; j < search.rows; j++) {
    for (let i = 0; i < search.columns; i++) searchPatch(search, i, j, -1);
  }
  for (let j = search.rows - 1; j >= 0; j--) {
    for (let i = search.columns - 1; i >= 0; i--) searchPatch(search, i, j, 1);
  }
}

export function patchCount(size: i32): i32 {
  return (size - PATCH + 3) / 4 + 1;
}

export function patchCorner(index: i32, size: i32): i32 {
  return min(4 * index, size - PATCH);
}

@inline
function patchAt(search: Search, i: i32, j: i32): Patch {
  return changetype<Patch>(search.patches + <usize>(j * search.columns + i) * PATCH_BYTES);
}

@inline
function isSimilar(du: f64, dv: f64): bool {
  return abs(du) < MIN_DIFFERENCE && abs(dv) < MIN_DIFFERENCE;
}

@inline
function isBeyond(search: Search, patch: Patch): bool {
  const x = <f64>patch.x + patch.u;
  const y = <f64>patch.y + patch.v;
  const limit = search.beyond;
  return x < -limit || y < -limit || x > <f64>(search.width - PATCH) + limit || y > <f64>(search.height - PATCH) + limit;
}

function searchPatch(search: Search, i: i32, j: i32, side: i32): void {
  const patch = patchAt(search, i, j);
  let better = side < 0;
  let sums = i32x4.splat(0);
  if (better) {
    measure(search, patch);
    sums = evaluate(search, patch, patch.u, patch.v);
    patch.error = errorOf(sums);
  }
  const ownU = patch.u;
  const ownV = patch.v;
  for (let k = 0; k < 2; k++) {
    const ni = k == 0 ? i + side : i;
    const nj = k == 0 ? j : j + side;
    if (ni < 0 || nj < 0 || ni >= search.columns || nj >= search.rows) continue;
    const neighbour = patchAt(search, ni, nj);
    const u = neighbour.u;
    const v = neighbour.v;
    if (isSimilar(u - ownU, v - ownV) || isSimilar(u - patch.u, v - patch.v)) continue;
    const tried = evaluate(search, patch, u, v);
    const error = errorOf(tried);
    if (error < patch.error) {
      patch.u = u;
      patch.v = v;
      patch.error = error;
      sums = tried;
      better = true;
    }
  }
  if (better) descend(search, patch, sums);
}

function descend(search: Search, patch: Patch, sums: v128): void {
  if (isBeyond(search, patch)) return;
  const xx = patch.hessianXX;
  const xy = patch.hessianXY;
  const yy = patch.hessianYY;
  const scale = 0.25 / (xx * yy - xy * xy);
  for (let k = search.iterations; k > 0; k--) {
    const sum = <f64>i32x4.extract_lane(sums, 0);
    const errorSlopeX = <f64>i32x4.extract_lane(sums, 2) - (sum * <f64>patch.sumX) / CELLS;
    const errorSlopeY = <f64>i32x4.extract_lane(sums, 3) - (sum * <f64>patch.sumY) / CELLS;
    const du = (yy * errorSlopeX - xy * errorSlopeY) * scale;
    const dv = (xx * errorSlopeY - xy * errorSlopeX) * scale;
    if (!(du * du + dv * dv > MIN_STEP)) return;
    sums = evaluate(search, patch, patch.u - du, patch.v - dv);
    const error = errorOf(sums);
    if (error >= patch.error) return;
    patch.u -= du;
    patch.v -= dv;
    patch.error = error;
  }
}

/** Mean-free squared difference from [sum, squares, ...]. The sum of squares uses all 32 bits, unsigned. */
@inline
function errorOf(sums: v128): f64 {
  const sum = <f64>i32x4.extract_lane(sums, 0);
  return <f64>(<u32>i32x4.extract_lane(sums, 1)) - (sum * sum) / CELLS;
}

/** Lane i of the result is the sum of the lanes of vector i. */
@inline
function sumLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
}

function measure(search: Search, patch: Patch): void {
  const first = <usize>(patch.y * search.width + patch.x) * 2;
  let gradientX = search.gradientX + first;
  let gradientY = search.gradientY + first;
  const stride = <usize>search.width * 2;
  const ones = i16x8.splat(1);
  let sumX = i16x8.splat(0);
  let sumY = i16x8.splat(0);
  let xx = i32x4.splat(0);
  let xy = i32x4.splat(0);
  let yy = i32x4.splat(0);
  for (let y = 0; y < PATCH; y++) {
    const gx = v128.load(gradientX);
    const gy = v128.load(gradientY);
    sumX = i16x8.add(sumX, gx);
    sumY = i16x8.add(sumY, gy);
    xx = i32x4.add(xx, i32x4.dot_i16x8_s(gx, gx));
    xy = i32x4.add(xy, i32x4.dot_i16x8_s(gx, gy));
    yy = i32x4.add(yy, i32x4.dot_i16x8_s(gy, gy));
    gradientX += stride;
    gradientY += stride;
  }
  const sums = sumLanes(i32x4.dot_i16x8_s(sumX, ones), i32x4.dot_i16x8_s(sumY, ones), xx, yy);
  const mixed = sumLanes(xy, xy, xy, xy);
  patch.sumX = i32x4.extract_lane(sums, 0);
  patch.sumY = i32x4.extract_lane(sums, 1);
  const x = <f64>patch.sumX;
  const y = <f64>patch.sumY;
  patch.hessianXX = <f64>i32x4.extract_lane(sums, 2) - (x * x) / CELLS + DAMPING;
  patch.hessianXY = <f64>i32x4.extract_lane(mixed, 0) - (x * y) / CELLS;
  patch.hessianYY = <f64>i32x4.extract_lane(sums, 3) - (y * y) / CELLS + DAMPING;
}

/** Horizontal corner position in 1/128 cells, clamped so that a patch plus one cell lies within picture and border. */
@inline
export function fixedX(x: f64, width: i32): i32 {
  return <i32>floor(min(max(x, -<f64>PATCH), <f64>width) * 128 + 0.5);
}

/** Vertical corner position in 1/32768 cells, clamped likewise. */
@inline
export function fixedY(y: f64, height: i32): i32 {
  return <i32>floor(min(max(y, -<f64>PATCH), <f64>height) * 32768 + 0.5);
}

/** Eight cells interpolated with their right neighbours: 1/128 levels, 16 bits. */
@inline
export function mixAcross(from: usize, left: v128, right: v128): v128 {
  return i16x8.add(i16x8.mul(v128.load_ext<u8>(from), left), i16x8.mul(v128.load_ext<u8>(from + 1), right));
}

/** Two results of `mixAcross` interpolated vertically: 1/32 levels. `lower`: in 1/32768. */
@inline
export function mixDown(upper: v128, under: v128, lower: v128): v128 {
  return i16x8.shr_s(i16x8.add(upper, i16x8.q15mulr_sat_s(i16x8.sub(under, upper), lower)), 2);
}

/** Rows `upper` and `under` of the displaced picture, interpolated, minus eight cells of `at`: 1/32 levels. */
@inline
function missOf(upper: v128, under: v128, lower: v128, at: usize): v128 {
  return i16x8.sub(mixDown(upper, under, lower), i16x8.shl(v128.load_ext<u8>(at), 5));
}

/** Dot products of two rows of differences with their factors, summed in pairs. */
@inline
function dotTwo(a: v128, b: v128, withA: v128, withB: v128): v128 {
  return i32x4.add(i32x4.dot_i16x8_s(a, withA), i32x4.dot_i16x8_s(b, withB));
}

/**
 * [sum, squares, gradient along x, gradient along y] of the differences from(displaced) - at over a patch, in 1/32 levels. Two
 * rows per step.
 */
function evaluate(search: Search, patch: Patch, u: f64, v: f64): v128 {
  const stride = <usize>strideOf(search.width);
  const px = fixedX(<f64>patch.x + u, search.width);
  const py = fixedY(<f64>patch.y + v, search.height);
  const right = i16x8.splat(<i16>(px & 127));
  const left = i16x8.sub(i16x8.splat(128), right);
  const lower = i16x8.splat(<i16>(py & 32767));
  let from = search.from + <usize>((py >> 15) * <i32>stride + (px >> 7));
  let at = search.at + <usize>patch.y * stride + <usize>patch.x;
  let slope = <usize>(patch.y * search.width + patch.x) * 2 + search.gradientX;
  const gradientY = search.gradientY - search.gradientX;
  const gradientStride = <usize>search.width * 2;
  let total = i32x4.splat(0);
  let squares = i32x4.splat(0);
  let errorSlopeX = i32x4.splat(0);
  let errorSlopeY = i32x4.splat(0);
  let upper = mixAcross(from, left, right);
  for (let y = 0; y < PATCH; y += 2) {
    const middle = mixAcross(from + stride, left, right);
    const miss = missOf(upper, middle, lower, at);
    from += 2 * stride;
    upper = mixAcross(from, left, right);
    const next = missOf(middle, upper, lower, at + stride);
    total = i32x4.add(total, i32x4.extadd_pairwise_i16x8_s(i16x8.add(miss, next)));
    squares = i32x4.add(squares, dotTwo(miss, next, miss, next));
    errorSlopeX = i32x4.add(errorSlopeX, dotTwo(miss, next, v128.load(slope), v128.load(slope + gradientStride)));
    errorSlopeY = i32x4.add(errorSlopeY, dotTwo(miss, next, v128.load(slope + gradientY), v128.load(slope + gradientY + gradientStride)));
    at += 2 * stride;
    slope += 2 * gradientStride;
  }
  return sumLanes(total, squares, errorSlopeX, errorSlopeY);
}
