/**
 * SIMD version of ../flow/warp.ts and of `consistencyError`, four cells per step. Grids are at least 2 x 2. Loops overrun the end
 * of a row, which the next row overwrites; every buffer needs room for that.
 */

/** Indices of the top-left tap of four positions. Never in the last column or row. */
const INDEX: usize = memory.data(16, 16);
/** Fractional parts of the four positions: four lanes to the right, then four lanes down. */
const FRACTIONS: usize = memory.data(32, 16);

/** 2^23. Adding it to a smaller integer leaves that integer in the low bits. Cheaper than a saturating conversion. */
const WHOLE: f32 = 8388608;
const WHOLE_BITS: i32 = 0x7fffff;

@inline
function toInteger(integer: v128): v128 {
  return v128.and(f32x4.add(integer, f32x4.splat(WHOLE)), i32x4.splat(WHOLE_BITS));
}

/** Clamps to 0 .. limit; NaN becomes 0. The `p` variants are one instruction each. */
@inline
function clampTo(value: v128, limit: f32): v128 {
  return f32x4.pmin(f32x4.splat(limit), f32x4.pmax(f32x4.splat(0), value));
}

/** Bilinear taps of four positions: indices to INDEX, fractions to FRACTIONS. */
@inline
function locate(px: v128, py: v128, width: i32, height: i32): void {
  const x = clampTo(px, <f32>(width - 1));
  const y = clampTo(py, <f32>(height - 1));
  const left = f32x4.pmin(f32x4.floor(x), f32x4.splat(<f32>(width - 2)));
  const top = f32x4.pmin(f32x4.floor(y), f32x4.splat(<f32>(height - 2)));
  v128.store(INDEX, i32x4.add(i32x4.mul(toInteger(top), i32x4.splat(width)), toInteger(left)));
  v128.store(FRACTIONS, f32x4.sub(x, left));
  v128.store(FRACTIONS, f32x4.sub(y, top), 16);
}

@inline
function blend(a: v128, b: v128, share: v128): v128 {
  return f32x4.add(f32x4.mul(a, f32x4.sub(f32x4.splat(1), share)), f32x4.mul(b, share));
}

/** Columns x .. x + 3 as floats. */
@inline
function columnsFrom(x: i32): v128 {
  return f32x4.convert_i32x4_s(i32x4.add(i32x4.splat(x), i32x4(0, 1, 2, 3)));
}

/** De-interleaves four (x, y) pairs: all x, or all y. */
@inline
function evenLanes(at: usize): v128 {
  return v128.shuffle<f32>(v128.load(at), v128.load(at, 16), 0, 2, 4, 6);
}

@inline
function oddLanes(at: usize): v128 {
  return v128.shuffle<f32>(v128.load(at), v128.load(at, 16), 1, 3, 5, 7);
}

/** near + far(x + near), for two of the four located cells. `pair`: 0 or 1. */
@inline
function composedPair(near: usize, far: usize, stride: usize, pair: usize): v128 {
  const first = far + <usize>load<i32>(INDEX + pair * 8) * 8;
  const second = far + <usize>load<i32>(INDEX + pair * 8, 4) * 8;
  const upperRow = blend(v128.load(first), v128.load(first + stride), v128.load32_splat(FRACTIONS + pair * 8, 16));
  const lowerRow = blend(v128.load(second), v128.load(second + stride), v128.load32_splat(FRACTIONS + pair * 8, 20));
  const right = v128.load64_zero(FRACTIONS + pair * 8);
  const share = v128.shuffle<f32>(right, right, 0, 0, 1, 1);
  const left = v128.shuffle<i64>(upperRow, lowerRow, 0, 2);
  return f32x4.add(v128.load(near + pair * 16), blend(left, v128.shuffle<i64>(upperRow, lowerRow, 1, 3), share));
}

/** composed(x) = near(x) + far(x + near(x)). */
export function composeFlow(near: usize, far: usize, width: i32, height: i32, out: usize): void {
  const stride = <usize>width * 8;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += 4) {
      const at = <usize>(y * width + x) * 8;
      locateMoved(near, x, y, width, height);
      v128.store(out + at, composedPair(near + at, far, stride, 0));
      v128.store(out + at, composedPair(near + at, far, stride, 1), 16);
    }
  }
}

/** |forward(x) + backward(x + forward(x))| */
export function consistencyError(forward: usize, backward: usize, width: i32, height: i32, out: usize): void {
  const stride = <usize>width * 8;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += 4) {
      const at = <usize>(y * width + x) * 8;
      locateMoved(forward, x, y, width, height);
      const first = composedPair(forward + at, backward, stride, 0);
      const second = composedPair(forward + at, backward, stride, 1);
      const dx = v128.shuffle<f32>(first, second, 0, 2, 4, 6);
      const dy = v128.shuffle<f32>(first, second, 1, 3, 5, 7);
      v128.store(out + (at >> 1), f32x4.sqrt(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy))));
    }
  }
}

@inline
function within(value: v128, size: i32): v128 {
  return v128.and(f32x4.ge(value, f32x4.splat(-0.5)), f32x4.le(value, f32x4.splat(<f32>size - 0.5)));
}

/** Warps a field. `trust` 0: 1 in every cell. Trust is 0 where a position lies more than half a cell outside. */
export function warpField(
  cb: usize,
  cr: usize,
  trust: usize,
  flow: usize,
  width: i32,
  height: i32,
  outCb: usize,
  outCr: usize,
  outTrust: usize,
): void {
  const stride = <usize>width * 4;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += 4) {
      const cell = <usize>(y * width + x);
      const px = f32x4.add(columnsFrom(x), evenLanes(flow + cell * 8));
      const py = f32x4.add(f32x4.splat(<f32>y), oddLanes(flow + cell * 8));
      locate(px, py, width, height);
      v128.store(outCb + cell * 4, planeAt(cb, stride));
      v128.store(outCr + cell * 4, planeAt(cr, stride));
      const inside = v128.and(within(px, width), within(py, height));
      v128.store(outTrust + cell * 4, v128.and(trust == 0 ? f32x4.splat(1) : planeAt(trust, stride), inside));
    }
  }
}

/** Warps one f32 plane. */
export function warpScalar(values: usize, flow: usize, width: i32, height: i32, out: usize): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += 4) {
      const cell = <usize>(y * width + x);
      locateMoved(flow, x, y, width, height);
      v128.store(out + cell * 4, planeAt(values, <usize>width * 4));
    }
  }
}

/** Locates where the flow of cells x .. x + 3 of row y leads. */
@inline
export function locateMoved(flow: usize, x: i32, y: i32, width: i32, height: i32): void {
  const at = flow + <usize>(y * width + x) * 8;
  locate(f32x4.add(columnsFrom(x), evenLanes(at)), f32x4.add(f32x4.splat(<f32>y), oddLanes(at)), width, height);
}

/** An f32 plane at the four located cells. */
@inline
export function planeAt(values: usize, stride: usize): v128 {
  const upperRow = blendRows(values, stride, 0);
  const lowerRow = blendRows(values, stride, 2);
  const left = v128.shuffle<f32>(upperRow, lowerRow, 0, 2, 4, 6);
  const right = v128.shuffle<f32>(upperRow, lowerRow, 1, 3, 5, 7);
  return blend(left, right, v128.load(FRACTIONS));
}

/** [left, right, left, right] of two located cells, interpolated vertically. */
@inline
function blendRows(values: usize, stride: usize, lane: usize): v128 {
  const first = values + <usize>load<i32>(INDEX + lane * 4) * 4;
  const second = values + <usize>load<i32>(INDEX + lane * 4, 4) * 4;
  const upperRow = v128.load64_lane(second, v128.load64_zero(first), 1);
  const lowerRow = v128.load64_lane(second + stride, v128.load64_zero(first + stride), 1);
  const lower = v128.load64_zero(FRACTIONS + lane * 4, 16);
  return blend(upperRow, lowerRow, v128.shuffle<f32>(lower, lower, 0, 0, 1, 1));
}

/** Warps an 8-bit plane to floats, in levels. The plane needs one readable byte after its end. */
export function warpLuma(luma: usize, flow: usize, width: i32, height: i32, out: usize): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += 4) {
      const cell = <usize>(y * width + x);
      locateMoved(flow, x, y, width, height);
      const right = v128.load(FRACTIONS);
      const upperRow = blendBytes(fourPairs(luma), right);
      const lowerRow = blendBytes(fourPairs(luma + <usize>width), right);
      v128.store(out + cell * 4, blend(upperRow, lowerRow, v128.load(FRACTIONS, 16)));
    }
  }
}

/** A cell and its right neighbour as the low and high byte of 16 bits, for each of the four located cells. */
@inline
function fourPairs(luma: usize): v128 {
  return i32x4(
    load<u16>(luma + <usize>load<i32>(INDEX)),
    load<u16>(luma + <usize>load<i32>(INDEX, 4)),
    load<u16>(luma + <usize>load<i32>(INDEX, 8)),
    load<u16>(luma + <usize>load<i32>(INDEX, 12)),
  );
}

@inline
function blendBytes(pairs: v128, right: v128): v128 {
  return blend(f32x4.convert_i32x4_s(v128.and(pairs, i32x4.splat(255))), f32x4.convert_i32x4_s(i32x4.shr_u(pairs, 8)), right);
}
