/** SIMD version of ../propagation/trust.ts. Every buffer needs room for the vector loops to overrun. */

/** See ../propagation/trust.ts, ../propagation/candidate-weight.ts and ../../media/fields/propagated-field.ts. */
const MIN_KNOWN: f32 = 1e-3;
const PER_UNIT: f32 = 2;
const ERRORS: i32 = 33;
const PATH_ERRORS: i32 = 17;
const CHROMA_UNITS: f32 = 32767;

/** exp(-x) of a larger x is 0 within the precision of trust. */
const MAX_POWER: f32 = 100;
/** 2^23 + 127: adding it to -n leaves the exponent bits of 2^-n in the low bits. */
const EXPONENT: f32 = 8388608 + 127;

/**
 * exp(-power) for power >= 0, as 2^-n * 2^f with integer n and f in 0..1. 2^f is a Taylor series in f ln 2 (error below 2e-6).
 */
@inline
function negativeExp(power: v128): v128 {
  const scaled = f32x4.mul(f32x4.pmin(f32x4.splat(MAX_POWER), power), f32x4.splat(1.44269504));
  const n = f32x4.ceil(scaled);
  const f = f32x4.mul(f32x4.sub(n, scaled), f32x4.splat(0.693147181));
  let series = f32x4.splat(1.0 / 5040);
  series = f32x4.add(f32x4.mul(series, f), f32x4.splat(1.0 / 720));
  series = f32x4.add(f32x4.mul(series, f), f32x4.splat(1.0 / 120));
  series = f32x4.add(f32x4.mul(series, f), f32x4.splat(1.0 / 24));
  series = f32x4.add(f32x4.mul(series, f), f32x4.splat(1.0 / 6));
  series = f32x4.add(f32x4.mul(series, f), f32x4.splat(0.5));
  series = f32x4.add(f32x4.mul(series, f), f32x4.splat(1));
  series = f32x4.add(f32x4.mul(series, f), f32x4.splat(1));
  const exponent = f32x4.pmax(f32x4.sub(f32x4.splat(EXPONENT), n), f32x4.splat(8388608));
  return f32x4.mul(series, i32x4.shl(exponent, 23));
}

/**
 * Packs colour, weight and trust of a candidate. The weight is interpolated in the table; trust is the field's own times
 * exp(-(error / tolerance)^2 - pathError).
 */
export function weighCandidate(
  cb: usize, cr: usize, known: usize, error: usize, pathError: usize, table: usize, tolerance: f32, cells: i32, color: usize,
  weightAndTrust: usize,
): void {
  const perTolerance = f32x4.splat(1 / tolerance);
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const errors = v128.load(error + i);
    const pathErrors = v128.load(pathError + i);
    const own = v128.load(known + i);
    const share = f32x4.mul(errors, perTolerance);
    const trust = f32x4.mul(own, negativeExp(f32x4.add(f32x4.mul(share, share), pathErrors)));
    const weight = weightsAt(table, errors, totalPathErrors(pathErrors, own));
    v128.store(weightAndTrust + i, v128.or(upperHalves(trust), v128.and(rounded(weight), i32x4.splat(0xffff0000))));
  }
  const units = f32x4.splat(CHROMA_UNITS);
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const low = i32x4.trunc_sat_f32x4_s(f32x4.nearest(limited(f32x4.mul(v128.load(cb + i), units))));
    const high = i32x4.trunc_sat_f32x4_s(f32x4.nearest(limited(f32x4.mul(v128.load(cr + i), units))));
    v128.store(color + i, v128.or(v128.and(low, i32x4.splat(0xffff)), i32x4.shl(high, 16)));
  }
}

@inline
function limited(units: v128): v128 {
  return f32x4.pmax(f32x4.splat(-CHROMA_UNITS), f32x4.pmin(f32x4.splat(CHROMA_UNITS), units));
}

/** Missing trust of the field itself adds to the path error. Few cells have any. */
@inline
function totalPathErrors(pathErrors: v128, known: v128): v128 {
  if (!v128.any_true(f32x4.lt(known, f32x4.splat(1)))) return pathErrors;
  let total = pathErrors;
  total = f32x4.replace_lane(total, 0, totalPathError(f32x4.extract_lane(pathErrors, 0), f32x4.extract_lane(known, 0)));
  total = f32x4.replace_lane(total, 1, totalPathError(f32x4.extract_lane(pathErrors, 1), f32x4.extract_lane(known, 1)));
  total = f32x4.replace_lane(total, 2, totalPathError(f32x4.extract_lane(pathErrors, 2), f32x4.extract_lane(known, 2)));
  return f32x4.replace_lane(total, 3, totalPathError(f32x4.extract_lane(pathErrors, 3), f32x4.extract_lane(known, 3)));
}

function totalPathError(pathError: f32, known: f32): f32 {
  return known < 1 ? pathError - Mathf.log(max(known, MIN_KNOWN)) : pathError;
}

/** Table weights of four cells. */
@inline
function weightsAt(table: usize, errors: v128, pathErrors: v128): v128 {
  const roots = f32x4.sqrt(f32x4.pmax(errors, f32x4.splat(0)));
  const u = f32x4.pmin(f32x4.mul(roots, f32x4.splat(PER_UNIT)), f32x4.splat(<f32>(ERRORS - 1)));
  const v = f32x4.pmin(f32x4.mul(pathErrors, f32x4.splat(PER_UNIT)), f32x4.splat(<f32>(PATH_ERRORS - 1)));
  const e = i32x4.min_s(i32x4.trunc_sat_f32x4_s(u), i32x4.splat(ERRORS - 2));
  const d = i32x4.min_s(i32x4.trunc_sat_f32x4_s(v), i32x4.splat(PATH_ERRORS - 2));
  const at = i32x4.shl(i32x4.add(i32x4.mul(e, i32x4.splat(PATH_ERRORS)), d), 2);
  const along = f32x4.sub(u, f32x4.convert_i32x4_s(e));
  const across = f32x4.sub(v, f32x4.convert_i32x4_s(d));
  const early = rowAt(table, at, across);
  const late = rowAt(table + PATH_ERRORS * 4, at, across);
  return f32x4.add(early, f32x4.mul(along, f32x4.sub(late, early)));
}

/** Interpolates between adjacent nodes of a row, for four cells. The vector holds byte offsets of the first nodes. */
@inline
function rowAt(row: usize, at: v128, across: v128): v128 {
  const low = nodesAt(row + <usize>i32x4.extract_lane(at, 0), row + <usize>i32x4.extract_lane(at, 1));
  const high = nodesAt(row + <usize>i32x4.extract_lane(at, 2), row + <usize>i32x4.extract_lane(at, 3));
  const near = v128.shuffle<f32>(low, high, 0, 2, 4, 6);
  const far = v128.shuffle<f32>(low, high, 1, 3, 5, 7);
  return f32x4.add(near, f32x4.mul(across, f32x4.sub(far, near)));
}

/** Loads two adjacent nodes from each of two addresses. */
@inline
function nodesAt(first: usize, second: usize): v128 {
  return v128.load64_lane(second, v128.load64_zero(first), 1);
}

/** Float bits, rounded to nearest even at the upper 16 bits. */
@inline
function rounded(values: v128): v128 {
  const odd = v128.and(i32x4.shr_u(values, 16), i32x4.splat(1));
  return i32x4.add(i32x4.add(values, i32x4.splat(0x7fff)), odd);
}

/** The upper half of each float, rounded, in the low half of each lane. */
@inline
function upperHalves(values: v128): v128 {
  return i32x4.shr_u(rounded(values), 16);
}

/** Accumulates a candidate: weighted chroma and weight are summed, trust is the maximum. */
export function addCandidate(
  color: usize, weightAndTrust: usize, cells: i32, cb: usize, cr: usize, trust: usize, weight: usize,
): void {
  const unit = f32x4.splat(1 / CHROMA_UNITS);
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const both = v128.load(weightAndTrust + i);
    const weights = v128.and(both, i32x4.splat(0xffff0000));
    const packed = v128.load(color + i);
    const low = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(packed, 16), 16)), unit);
    const high = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_s(packed, 16)), unit);
    v128.store(cb + i, f32x4.add(v128.load(cb + i), f32x4.mul(weights, low)));
    v128.store(cr + i, f32x4.add(v128.load(cr + i), f32x4.mul(weights, high)));
    v128.store(trust + i, f32x4.pmax(v128.load(trust + i), i32x4.shl(both, 16)));
    v128.store(weight + i, f32x4.add(v128.load(weight + i), weights));
  }
}

/** sums /= weights */
export function divide(sums: usize, weights: usize, cells: i32): void {
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) v128.store(sums + i, f32x4.div(v128.load(sums + i), v128.load(weights + i)));
}

/** pathError += the consistency error above `free`, at most `limit`; see ../propagation/propagate-span.ts. */
export function addPathError(pathError: usize, consistencyError: usize, cells: i32, free: f32, limit: f32): void {
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const miss = f32x4.pmax(f32x4.sub(v128.load(consistencyError + i), f32x4.splat(free)), f32x4.splat(0));
    v128.store(pathError + i, f32x4.add(v128.load(pathError + i), f32x4.pmin(miss, f32x4.splat(limit))));
  }
}

/** Number of values above `limit`. */
export function countAbove(values: usize, cells: i32, limit: f32): i32 {
  const whole = <usize>(cells & ~3) * 4;
  let counts = i32x4.splat(0);
  for (let i: usize = 0; i < whole; i += 16) counts = i32x4.sub(counts, f32x4.gt(v128.load(values + i), f32x4.splat(limit)));
  let count = i32x4.extract_lane(counts, 0) + i32x4.extract_lane(counts, 1) + i32x4.extract_lane(counts, 2) + i32x4.extract_lane(counts, 3);
  for (let i = whole; i < <usize>cells * 4; i += 4) count += <i32>(load<f32>(values + i) > limit);
  return count;
}

/**
 * Replaces flow, error and path error by the recovered ones where the recovered match is better:
 * recoveredError + levels * recoveredPath < error + levels * pathError, and recoveredPath < maxPathError,
 * with recoveredPath = initialPathError + max(excess, meanExcess).
 * Flows are interleaved, two floats per cell. See `recoverFlow` in ../propagation/propagate-span.ts.
 */
export function acceptRecovered(
  flow: usize, error: usize, pathError: usize, recovered: usize, recoveredError: usize, excess: usize, meanExcess: usize,
  cells: i32, initialPathError: f32, maxPathError: f32, levels: f32,
): void {
  const perPathError = f32x4.splat(levels);
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const own = f32x4.add(f32x4.splat(initialPathError), f32x4.pmax(v128.load(excess + i), v128.load(meanExcess + i)));
    const before = f32x4.add(v128.load(error + i), f32x4.mul(perPathError, v128.load(pathError + i)));
    const after = f32x4.add(v128.load(recoveredError + i), f32x4.mul(perPathError, own));
    const accepted = v128.and(f32x4.lt(after, before), f32x4.lt(own, f32x4.splat(maxPathError)));
    v128.store(error + i, v128.bitselect(v128.load(recoveredError + i), v128.load(error + i), accepted));
    v128.store(pathError + i, v128.bitselect(own, v128.load(pathError + i), accepted));
    const early = v128.shuffle<i32>(accepted, accepted, 0, 0, 1, 1);
    const late = v128.shuffle<i32>(accepted, accepted, 2, 2, 3, 3);
    v128.store(flow + 2 * i, v128.bitselect(v128.load(recovered + 2 * i), v128.load(flow + 2 * i), early));
    v128.store(flow + 2 * i, v128.bitselect(v128.load(recovered + 2 * i, 16), v128.load(flow + 2 * i, 16), late), 16);
  }
}

/** out = values + amount */
export function addConstant(values: usize, cells: i32, amount: f32, out: usize): void {
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) v128.store(out + i, f32x4.add(v128.load(values + i), f32x4.splat(amount)));
}

/** own += (1 - trust) * (goal - own) */
export function blendUntrusted(own: usize, goal: usize, trust: usize, cells: i32): void {
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const here = v128.load(own + i);
    const share = f32x4.sub(f32x4.splat(1), v128.load(trust + i));
    v128.store(own + i, f32x4.add(here, f32x4.mul(share, f32x4.sub(v128.load(goal + i), here))));
  }
}
