/** SIMD version of `quantiseChroma` in ../color/color.ts. */

/** See ../color/color.ts. */
const FADE_LUMA: f32 = 0.01;
const GAMUT_HEADROOM: f32 = 0.03;

/**
 * Quantises chroma to code values.
 * `black`, `white`: 8-bit code of black; number of codes from black to white.
 * `red`, `greenCb`, `greenCr`, `blue`: YCbCr to RGB weights.
 * `neutral`, `codes`, `minCode`, `maxCode`: code of zero chroma, codes per unit of chroma, legal range.
 * `bytes`: bytes per output sample, 1 or 2.
 */
export function quantiseChroma(
  cb: usize,
  cr: usize,
  luma: usize,
  cells: i32,
  black: f32,
  white: f32,
  red: f32,
  greenCb: f32,
  greenCr: f32,
  blue: f32,
  neutral: f32,
  codes: f32,
  minCode: f32,
  maxCode: f32,
  bytes: i32,
  outCb: usize,
  outCr: usize,
): void {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const headroom = f32x4.splat(GAMUT_HEADROOM);
  const limit = f32x4.splat(1 + GAMUT_HEADROOM);
  const perCode = f32x4.splat(1 / white);
  const perFade = f32x4.splat(1 / FADE_LUMA);
  for (let i: usize = 0; i < <usize>cells; i += 4) {
    const levels = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(luma + i)));
    const gray = f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(levels), f32x4.splat(black)), perCode);
    const y = f32x4.pmin(f32x4.pmax(gray, zero), one);
    const u = v128.load(cb + 4 * i);
    const v = v128.load(cr + 4 * i);
    const r = f32x4.mul(f32x4.splat(red), v);
    const g = f32x4.add(f32x4.mul(f32x4.splat(greenCb), u), f32x4.mul(f32x4.splat(greenCr), v));
    const b = f32x4.mul(f32x4.splat(blue), u);
    // Lanes without chroma divide by zero; the infinity is clipped to one.
    const up = f32x4.pmin(one, f32x4.div(f32x4.sub(limit, y), f32x4.pmax(f32x4.pmax(r, g), f32x4.pmax(b, zero))));
    const down = f32x4.pmin(one, f32x4.div(f32x4.add(y, headroom), f32x4.abs(f32x4.pmin(f32x4.pmin(r, g), f32x4.pmin(b, zero)))));
    const fade = f32x4.pmin(one, f32x4.mul(y, perFade));
    const scale = f32x4.mul(f32x4.mul(f32x4.pmin(up, down), fade), f32x4.splat(codes));
    const codeCb = toCode(f32x4.mul(u, scale), neutral, minCode, maxCode);
    const codeCr = toCode(f32x4.mul(v, scale), neutral, minCode, maxCode);
    const both = i16x8.narrow_i32x4_u(codeCb, codeCr);
    if (bytes == 2) {
      v128.store64_lane(outCb + 2 * i, both, 0);
      v128.store64_lane(outCr + 2 * i, both, 1);
    } else {
      const small = i8x16.narrow_i16x8_u(both, both);
      v128.store32_lane(outCb + i, small, 0);
      v128.store32_lane(outCr + i, small, 1);
    }
  }
}

/** 2^23. Adding it to a smaller number leaves that number, rounded, in the low bits. Cheaper than a saturating conversion. */
const WHOLE: f32 = 8388608;
const WHOLE_BITS: i32 = 0x7fffff;

@inline
function toCode(value: v128, neutral: f32, minCode: f32, maxCode: f32): v128 {
  const code = f32x4.pmin(f32x4.splat(maxCode), f32x4.pmax(f32x4.splat(minCode), f32x4.add(value, f32x4.splat(neutral))));
  return v128.and(f32x4.add(code, f32x4.splat(WHOLE)), i32x4.splat(WHOLE_BITS));
}
