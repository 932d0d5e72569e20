/** Vector twin of ../trust.ts. Buffers have room to spill. */

/** See ../trust.ts. */
const LEAST_TRUST: f32 = 1e-3;

/** Larger powers make no difference to a float in 0..1. */
const MOST_POWER: f32 = 100;
/** 2^23 + 127 in the low bits: adding it to -n leaves the exponent of 2^-n there. */
const EXPONENT: f32 = 8388608 + 127;

/**
 * exp(-power) for power >= 0: 2^-n * 2^f with n whole and f in 0..1; 2^f by its Taylor series in f ln 2 (error below 2e-6).
 */
@inline
function fade(power: v128): v128 {
  const scaled = f32x4.mul(f32x4.pmin(f32x4.splat(MOST_POWER), power), f32x4.splat(1.44269504));
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

/** trust *= exp(-(error / tolerance)^2 - doubt) */
export function weighTrust(trust: usize, error: usize, doubt: usize, cells: i32, tolerance: f32): void {
  const perTolerance = f32x4.splat(1 / tolerance);
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const miss = f32x4.mul(v128.load(error + i), perTolerance);
    const power = f32x4.add(f32x4.mul(miss, miss), v128.load(doubt + i));
    v128.store(trust + i, f32x4.mul(v128.load(trust + i), fade(power)));
  }
}

/** doubt += what the loop misses beyond `flawless`, at most `worst`; see ../carry.ts. */
export function growDoubt(doubt: usize, loop: usize, cells: i32, flawless: f32, worst: f32): void {
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const miss = f32x4.pmax(f32x4.sub(v128.load(loop + i), f32x4.splat(flawless)), f32x4.splat(0));
    v128.store(doubt + i, f32x4.add(v128.load(doubt + i), f32x4.pmin(miss, f32x4.splat(worst))));
  }
}

/**
 * Go the way that was found where `foundError` + levels * own < error + levels * doubt and own < most, own = least + max(missed, around):
 * flow, error and doubt become the found one's. Flows are interleaved, two floats per cell. See `findLost` in ../carry.ts.
 */
export function takeFound(
  flow: usize, error: usize, doubt: usize, found: usize, foundError: usize, missed: usize, around: usize,
  cells: i32, least: f32, most: f32, levels: f32,
): void {
  const price = f32x4.splat(levels);
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const own = f32x4.add(f32x4.splat(least), f32x4.pmax(v128.load(missed + i), v128.load(around + i)));
    const before = f32x4.add(v128.load(error + i), f32x4.mul(price, v128.load(doubt + i)));
    const after = f32x4.add(v128.load(foundError + i), f32x4.mul(price, own));
    const take = v128.and(f32x4.lt(after, before), f32x4.lt(own, f32x4.splat(most)));
    v128.store(error + i, v128.bitselect(v128.load(foundError + i), v128.load(error + i), take));
    v128.store(doubt + i, v128.bitselect(own, v128.load(doubt + i), take));
    const early = v128.shuffle<i32>(take, take, 0, 0, 1, 1);
    const late = v128.shuffle<i32>(take, take, 2, 2, 3, 3);
    v128.store(flow + 2 * i, v128.bitselect(v128.load(found + 2 * i), v128.load(flow + 2 * i), early));
    v128.store(flow + 2 * i, v128.bitselect(v128.load(found + 2 * i, 16), v128.load(flow + 2 * i, 16), late), 16);
  }
}

/** The share of the left end in every cell, and the larger trust. `trust` may be `leftTrust`. */
export function mixShare(leftTrust: usize, rightTrust: usize, cells: i32, nearness: f32, share: usize, trust: usize): void {
  const near = f32x4.splat(nearness);
  const far = f32x4.splat(1 - nearness);
  const least = f32x4.splat(LEAST_TRUST);
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const left = v128.load(leftTrust + i);
    const right = v128.load(rightTrust + i);
    const l = f32x4.mul(near, f32x4.add(left, least));
    const r = f32x4.mul(far, f32x4.add(right, least));
    v128.store(share + i, f32x4.div(l, f32x4.add(l, r)));
    v128.store(trust + i, f32x4.pmax(left, right));
  }
}

/** out = share * left + (1 - share) * right; `out` may be `left`. */
export function mixPlanes(left: usize, right: usize, share: usize, cells: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const a = v128.load(left + i);
    const b = v128.load(right + i);
    v128.store(out + i, f32x4.add(b, f32x4.mul(v128.load(share + i), f32x4.sub(a, b))));
  }
}

/** out += share * agreement * (carried - own); agreement: 1 where the loop misses by `agreed` or less, 0 from `lost` on. */
export function leanTo(
  out: usize, own: usize, carried: usize, loop: usize, cells: i32, share: f32, agreed: f32, lost: f32,
): void {
  const perMiss = f32x4.splat(1 / (lost - agreed));
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const left = f32x4.mul(f32x4.sub(f32x4.splat(lost), v128.load(loop + i)), perMiss);
    const counts = f32x4.mul(f32x4.splat(share), f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), left)));
    const change = f32x4.mul(counts, f32x4.sub(v128.load(carried + i), v128.load(own + i)));
    v128.store(out + i, f32x4.add(v128.load(out + i), change));
  }
}

/** out = values + amount */
export function raiseAll(values: usize, cells: i32, amount: f32, out: usize): void {
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) v128.store(out + i, f32x4.add(v128.load(values + i), f32x4.splat(amount)));
}

/** own += (1 - trust) * (goal - own) */
export function approach(own: usize, goal: usize, trust: usize, cells: i32): void {
  for (let i: usize = 0; i < <usize>cells * 4; i += 16) {
    const here = v128.load(own + i);
    const share = f32x4.sub(f32x4.splat(1), v128.load(trust + i));
    v128.store(own + i, f32x4.add(here, f32x4.mul(share, f32x4.sub(v128.load(goal + i), here))));
  }
}
