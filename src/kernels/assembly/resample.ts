/** SIMD version of ../filters/resample.ts. Every buffer needs room for the vector loops to overrun. */

/**
 * Box averages as 8-bit codes. `bytes`: per input sample, 1 or 2. `unit`: 2^(depth - 8). `sums`: scratch, one row of 32-bit
 * numbers plus 16.
 */
export function boxDecimate(luma: usize, width: i32, height: i32, bytes: i32, factor: i32, unit: i32, sums: usize, out: usize): void {
  const columns = (width + factor - 1) / factor;
  const rows = (height + factor - 1) / factor;
  const inPairs = bytes == 1 && width % 2 == 0 && factor % 2 == 0 && factor <= MAX_PAIRS;
  for (let y = 0; y < rows; y++) {
    const top = y * factor;
    const count = min(factor, height - top);
    const from = luma + <usize>(top * width * bytes);
    const to = out + <usize>(y * columns);
    if (inPairs) {
      sumPairs(from, width, count, sums);
      divideRow(sums, width >> 1, factor >> 1, <u32>(2 * count * unit), to);
      continue;
    }
    if (bytes == 1) sumBytes(from, width, count, sums);
    else sumWords(from, width, count, sums);
    divideRow(sums, width, factor, <u32>(count * unit), to);
  }
}

/** Largest number of byte pairs whose sum fits 16 bits. */
const MAX_PAIRS: i32 = 128;

/** Sums of horizontally adjacent columns. */
function sumPairs(from: usize, width: i32, count: i32, sums: usize): void {
  for (let x = 0; x < width; x += 16) {
    let pairs = i16x8.splat(0);
    let at = from + <usize>x;
    for (let k = count; k > 0; k--) {
      pairs = i16x8.add(pairs, i16x8.extadd_pairwise_i8x16_u(v128.load(at)));
      at += <usize>width;
    }
    const to = sums + <usize>x * 2;
    v128.store(to, i32x4.extend_low_i16x8_u(pairs));
    v128.store(to, i32x4.extend_high_i16x8_u(pairs), 16);
  }
}

function sumBytes(from: usize, width: i32, count: i32, sums: usize): void {
  for (let x = 0; x < width; x += 16) {
    let early = i16x8.splat(0);
    let late = i16x8.splat(0);
    let at = from + <usize>x;
    for (let k = count; k > 0; k--) {
      const levels = v128.load(at);
      early = i16x8.add(early, i16x8.extend_low_i8x16_u(levels));
      late = i16x8.add(late, i16x8.extend_high_i8x16_u(levels));
      at += <usize>width;
    }
    const to = sums + <usize>x * 4;
    v128.store(to, i32x4.extend_low_i16x8_u(early));
    v128.store(to, i32x4.extend_high_i16x8_u(early), 16);
    v128.store(to, i32x4.extend_low_i16x8_u(late), 32);
    v128.store(to, i32x4.extend_high_i16x8_u(late), 48);
  }
}

function sumWords(from: usize, width: i32, count: i32, sums: usize): void {
  for (let x = 0; x < width; x += 8) {
    let early = i32x4.splat(0);
    let late = i32x4.splat(0);
    let at = from + <usize>x * 2;
    for (let k = count; k > 0; k--) {
      const levels = v128.load(at);
      early = i32x4.add(early, i32x4.extend_low_i16x8_u(levels));
      late = i32x4.add(late, i32x4.extend_high_i16x8_u(levels));
      at += <usize>width * 2;
    }
    v128.store(sums + <usize>x * 4, early);
    v128.store(sums + <usize>x * 4, late, 16);
  }
}

/**
 * Sums blocks of `factor` column sums, divides and rounds. `weight`: number of samples in one column sum times the input units
 * per output code.
 */
function divideRow(sums: usize, width: i32, factor: i32, weight: u32, out: usize): void {
  const divisor = weight * <u32>factor;
  const whole = width / factor;
  let x = 0;
  if (popcnt(divisor) == 1 && (factor == 1 || factor == 2 || factor == 4)) {
    const half = i32x4.splat(divisor >> 1);
    const shift = ctz(divisor);
    for (; x + 4 <= whole; x += 4) {
      const at = sums + <usize>(x * factor) * 4;
      const sum = factor == 4 ? sumFours(at) : factor == 2 ? sumTwos(at) : v128.load(at);
      const codes = i32x4.shr_u(i32x4.add(sum, half), shift);
      const words = i16x8.narrow_i32x4_u(codes, codes);
      v128.store32_lane(out + <usize>x, i8x16.narrow_i16x8_u(words, words), 0);
    }
  }
  const share = shareOf(divisor);
  for (; x < whole; x++) {
    const at = sums + <usize>(x * factor) * 4;
    let sum: u32 = 0;
    for (let k = 0; k < factor; k++) sum += load<u32>(at + <usize>k * 4);
    store<u8>(out + <usize>x, divide(sum, divisor, share));
  }
  const rest = width - whole * factor;
  if (rest == 0) return;
  let sum: u32 = 0;
  for (let k = 0; k < rest; k++) sum += load<u32>(sums + <usize>(whole * factor + k) * 4);
  store<u8>(out + <usize>whole, divide(sum, weight * <u32>rest, shareOf(weight * <u32>rest)));
}

/**
 * Fixed-point bits of the division. Exact while (2 sum + divisor) * 2 divisor < 2^48, i.e. for boxes up to 45 x 45 samples of 16
 * bits.
 */
const SHARE_BITS: u64 = 48;

@inline
function shareOf(divisor: u32): u64 {
  return ((<u64>1) << SHARE_BITS) / (2 * <u64>divisor) + 1;
}

/** floor((2 sum + divisor) / (2 divisor)), at most 255. */
@inline
function divide(sum: u32, divisor: u32, share: u64): u8 {
  return <u8>min<u64>(255, ((2 * <u64>sum + <u64>divisor) * share) >> SHARE_BITS);
}

@inline
function sumTwos(at: usize): v128 {
  const a = v128.load(at);
  const b = v128.load(at, 16);
  return i32x4.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7));
}

@inline
function sumFours(at: usize): v128 {
  const a = v128.load(at);
  const b = v128.load(at, 16);
  const c = v128.load(at, 32);
  const d = v128.load(at, 48);
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 2, 4, 6), v128.shuffle<i32>(c, d, 1, 3, 5, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 2, 4, 6), v128.shuffle<i32>(ab, cd, 1, 3, 5, 7));
}

/** Taps of one axis: see ../filters/resample.ts. */
export function resizePlane(
  plane: usize,
  bytes: i32,
  fromWidth: i32,
  width: i32,
  height: i32,
  down: usize,
  downWeights: usize,
  downReach: i32,
  across: usize,
  acrossWeights: usize,
  acrossReach: i32,
  row: usize,
  out: usize,
): void {
  for (let y = 0; y < height; y++) {
    const first = plane + <usize>(load<i32>(down + <usize>y * 4) * fromWidth * bytes);
    mixRows(first, bytes, fromWidth, downWeights + <usize>(y * downReach) * 4, downReach, row);
    let weights = acrossWeights;
    for (let x: usize = 0; x < <usize>width; x++) {
      const at = row + <usize>load<i32>(across + x * 4) * 4;
      let sum: f32 = 0;
      for (let k: usize = 0; k < <usize>acrossReach; k++) sum += load<f32>(weights + 4 * k) * load<f32>(at + 4 * k);
      store<f32>(out, sum);
      weights += <usize>acrossReach * 4;
      out += 4;
    }
  }
}

function mixRows(first: usize, bytes: i32, width: i32, weights: usize, reach: i32, row: usize): void {
  for (let x = 0; x < width; x += 4) {
    let sum = f32x4.splat(0);
    let at = first + <usize>(x * bytes);
    for (let k: usize = 0; k < <usize>reach; k++) {
      const values = bytes == 1 ? levelsAt(at) : v128.load(at);
      sum = f32x4.add(sum, f32x4.mul(values, v128.load32_splat(weights + 4 * k)));
      at += <usize>(width * bytes);
    }
    v128.store(row + <usize>x * 4, sum);
  }
}

@inline
function levelsAt(at: usize): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at))));
}
