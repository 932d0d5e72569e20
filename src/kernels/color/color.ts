import { floatPlane, type IntegerSamples, integerPlane, type Plane } from '../../media/fields/plane.ts';
import type { LumaWindow, Matrix, Range } from '../../media/film/frame.ts';
import type { ChromaPlanes } from '../filters/guided-filter.ts';
import { locate, newTaps } from '../flow/warp.ts';

/**
 * Below this luma (0..1, full range; about two levels) chroma fades to neutral at 0, since a tint in black is visible. Real
 * colour films keep their chroma down to here; a fade from 0.03 cost them up to 0.4 dB.
 */
export const FADE_LUMA = 0.01;
/**
 * R, G and B may leave 0..1 by this much (eight levels); a display clips it invisibly. Real films hold such colours next to
 * highlights and shadows, where luma varies within one chroma sample. Shrinking to 0..1 exactly cost up to 1 dB.
 */
export const GAMUT_HEADROOM = 0.03;

/** Weights of red and blue in luma (ITU-R BT.601-7, BT.709-6, BT.2020-2 non-constant luminance). Green has the rest. */
export interface LumaWeights {
  readonly red: number;
  readonly blue: number;
}

const LUMA_WEIGHTS: Readonly<Record<Matrix, LumaWeights>> = {
  bt601: { red: 0.299, blue: 0.114 },
  bt709: { red: 0.2126, blue: 0.0722 },
  bt2020: { red: 0.2627, blue: 0.0593 },
};

/** R = y + red * cr, G = y + greenCb * cb + greenCr * cr, B = y + blue * cb. */
export interface RgbWeights {
  readonly red: number;
  readonly greenCb: number;
  readonly greenCr: number;
  readonly blue: number;
}

export function lumaWeights(matrix: Matrix): LumaWeights {
  return LUMA_WEIGHTS[matrix];
}

export function rgbWeights(matrix: Matrix): RgbWeights {
  const { red, blue } = LUMA_WEIGHTS[matrix];
  const green = 1 - red - blue;
  return {
    red: 2 * (1 - red),
    greenCb: (-2 * (1 - blue) * blue) / green,
    greenCr: (-2 * (1 - red) * red) / green,
    blue: 2 * (1 - blue),
  };
}

export type ConvertChroma = (cb: number, cr: number) => [cb: number, cr: number];

/**
 * Converts chroma from one matrix to another. The result has the same R - Y, G - Y, B - Y up to a common gray, which carries no
 * chroma, so luma is not needed:
 * with R = Y + r, G = Y + g, B = Y + b, Cb' = (b - y') / (2 (1 - Kb')) and y' = Kr' r + Kg' g + Kb' b; Cr' likewise.
 */
export function convertChroma(from: Matrix, to: Matrix): ConvertChroma {
  if (from === to) return (cb, cr) => [cb, cr];
  const source = rgbWeights(from);
  const target = lumaWeights(to);
  return (cb, cr) => {
    const r = source.red * cr;
    const g = source.greenCb * cb + source.greenCr * cr;
    const b = source.blue * cb;
    const y = target.red * r + (1 - target.red - target.blue) * g + target.blue * b;
    return [(b - y) / (2 * (1 - target.blue)), (r - y) / (2 * (1 - target.red))];
  };
}

/**
 * Code values at a depth and range: black, codes from black to white, neutral chroma, codes per unit of chroma, and the legal
 * ends.
 */
export function codeRange(range: Range, depth: number) {
  const unit = 2 ** (depth - 8);
  const max = 2 ** depth - 1;
  const neutral = 128 * unit;
  return range === 'limited'
    ? { black: 16 * unit, luma: 219 * unit, neutral, chroma: 224 * unit, min: 16 * unit, max: 240 * unit }
    : { black: 0, luma: max, neutral, chroma: max, min: 0, max };
}

/** How code values are shown: see `shownRange`. */
export interface ShownCodes {
  readonly range: Range;
  readonly depth: number;
  readonly window?: LumaWindow | undefined;
}

/**
 * `codeRange` where a window of luma is shown as black to white. Chroma is in proportion to the window: whoever looks at R, G and B through
 * it sees the colour as it was meant, and no component of what lies inside leaves the window.
 */
export function shownRange({ range, depth, window }: ShownCodes): ReturnType<typeof codeRange> {
  const codes = codeRange(range, depth);
  if (!window) return codes;
  const luma = window.high - window.low;
  return { ...codes, black: window.low, luma, chroma: (codes.chroma * luma) / codes.luma };
}

/**
 * Chroma of an RGB picture. `rgb`: interleaved code values 0 .. 2^depth - 1, width * height pixels. The planes are in -0.5..0.5.
 */
export function rgbToChroma(
  rgb: Uint8Array | Uint16Array,
  width: number,
  height: number,
  options: { matrix: Matrix; depth: number },
): ChromaPlanes {
  const weights = lumaWeights(options.matrix);
  const white = 2 ** options.depth - 1;
  const cb = floatPlane(width, height);
  const cr = floatPlane(width, height);
  for (let i = 0; i < width * height; i++) {
    const r = rgb[3 * i]! / white;
    const g = rgb[3 * i + 1]! / white;
    const b = rgb[3 * i + 2]! / white;
    const y = weights.red * r + weights.blue * b + (1 - weights.red - weights.blue) * g;
    cb.data[i] = (b - y) / (2 * (1 - weights.blue));
    cr.data[i] = (r - y) / (2 * (1 - weights.red));
  }
  return { cb, cr };
}

/** Largest s <= 1 for which the RGB of (y, s * cb, s * cr) exceeds 0..1 by at most GAMUT_HEADROOM. Keeps the hue. y in 0..1. */
export function shrinkToGamut(y: number, cb: number, cr: number, matrix: Matrix): number {
  return gamutShare(y, cb, cr, rgbWeights(matrix), GAMUT_HEADROOM);
}

/** The same for weights of RGB and a headroom. */
export function gamutShare(y: number, cb: number, cr: number, weights: RgbWeights, headroom: number): number {
  const red = weights.red * cr;
  const green = weights.greenCb * cb + weights.greenCr * cr;
  const blue = weights.blue * cb;
  const up = Math.max(red, green, blue);
  const down = -Math.min(red, green, blue);
  const above = 1 - y + headroom;
  const below = y + headroom;
  return Math.min(1, up > above ? above / up : 1, down > below ? below / down : 1);
}

/**
 * Quantises chroma to the film's code values: shrunk into the RGB gamut at its luma, faded near black, scaled, rounded, clamped
 * to the legal range (limited: 16..240 at 8 bit). `luma`: 8-bit code values (of the same range) of the gray at chroma size.
 */
export function quantiseChroma(
  chroma: ChromaPlanes,
  luma: Plane<Uint8Array>,
  options: ShownCodes & { matrix: Matrix },
): { cb: Plane<IntegerSamples>; cr: Plane<IntegerSamples> } {
  const weights = rgbWeights(options.matrix);
  const gray = codeRange(options.range, 8);
  const codes = shownRange(options);
  const cb = integerPlane(luma.width, luma.height, options.depth);
  const cr = integerPlane(luma.width, luma.height, options.depth);
  const code = (value: number) =>
    Math.min(Math.max(Math.floor(codes.neutral + codes.chroma * value + 0.5), codes.min), codes.max);
  for (let i = 0; i < luma.data.length; i++) {
    const y = Math.min(Math.max((luma.data[i]! - gray.black) / gray.luma, 0), 1);
    const u = chroma.cb.data[i]!;
    const v = chroma.cr.data[i]!;
    const scale = gamutShare(y, u, v, weights, GAMUT_HEADROOM) * Math.min(1, y / FADE_LUMA);
    cb.data[i] = code(u * scale);
    cr.data[i] = code(v * scale);
  }
  return { cb, cr };
}

/** Y' of an RGB picture at its own depth, rounded. `rgb` as in `rgbToChroma`, with `step` samples per pixel. */
export function rgbToLuma(
  rgb: IntegerSamples,
  size: { width: number; height: number },
  options: { matrix: Matrix; depth: number; step: number },
): Plane<IntegerSamples> {
  const { red, blue } = lumaWeights(options.matrix);
  const green = 1 - red - blue;
  const luma = integerPlane(size.width, size.height, options.depth);
  for (let i = 0, at = 0; i < luma.data.length; i++, at += options.step)
    luma.data[i] = Math.round(red * rgb[at]! + green * rgb[at + 1]! + blue * rgb[at + 2]!);
  return luma;
}

/**
 * RGB (interleaved, 8 or 16 bit like the luma) from full-range luma and chroma. The rounded Y' of the result equals the given
 * luma in every pixel.
 * Chroma is shrunk into the gamut without headroom (a clipped component would change the luma) and faded near black as in
 * `quantiseChroma`. Red and blue are rounded first; green then compensates for their effect on luma, to within half a code times
 * green's weight. Green moves by at most 0.2 codes, so it stays in range.
 */
export function paintRgb(
  luma: Plane<IntegerSamples>,
  chroma: ChromaPlanes,
  options: { matrix: Matrix; depth: 8 | 16; window?: LumaWindow | undefined },
): IntegerSamples {
  const { red, blue } = lumaWeights(options.matrix);
  const green = 1 - red - blue;
  const weights = rgbWeights(options.matrix);
  const white = 2 ** options.depth - 1;
  const shown = shownRange({ ...options, range: 'full' });
  const { data: rgb } = integerPlane(3 * luma.width, luma.height, options.depth);
  for (let i = 0; i < luma.data.length; i++) {
    const code = luma.data[i]!;
    const y = Math.min(1, Math.max(0, (code - shown.black) / shown.luma));
    const u = chroma.cb.data[i]!;
    const v = chroma.cr.data[i]!;
    const scale = gamutShare(y, u, v, weights, 0) * Math.min(1, y / FADE_LUMA) * shown.luma;
    const r = Math.min(white, Math.max(0, Math.round(code + weights.red * v * scale)));
    const b = Math.min(white, Math.max(0, Math.round(code + weights.blue * u * scale)));
    rgb[3 * i] = r;
    rgb[3 * i + 1] = Math.min(white, Math.max(0, Math.round((code - red * r - blue * b) / green)));
    rgb[3 * i + 2] = b;
  }
  return rgb;
}

/** A picture in code values. Chroma planes may be subsampled in any ratio, sited at the centre of the luma samples they cover. */
export interface CodedPicture {
  readonly luma: Plane<IntegerSamples>;
  readonly cb: Plane<IntegerSamples>;
  readonly cr: Plane<IntegerSamples>;
}

/** 8-bit RGB, interleaved, for previews and keyframe pictures. Chroma is upsampled bilinearly. Values are clamped to 0..255. */
export function ycbcrToRgb8(picture: CodedPicture, options: ShownCodes & { matrix: Matrix }): Uint8Array {
  const { luma, cb, cr } = picture;
  const weights = rgbWeights(options.matrix);
  const codes = shownRange(options);
  const rgb = new Uint8Array(luma.width * luma.height * 3);
  const clamped = new Uint8ClampedArray(rgb.buffer);
  if (cb.width === luma.width && cb.height === luma.height) {
    fillByTables(clamped, picture, options);
    return rgb;
  }
  const taps = newTaps();
  const at = (data: IntegerSamples) => {
    const upper = data[taps.topLeft]! * (1 - taps.right) + data[taps.topRight]! * taps.right;
    const under = data[taps.bottomLeft]! * (1 - taps.right) + data[taps.bottomRight]! * taps.right;
    return (upper * (1 - taps.lower) + under * taps.lower - codes.neutral) / codes.chroma;
  };
  for (let y = 0, i = 0; y < luma.height; y++) {
    const cy = ((y + 0.5) * cb.height) / luma.height - 0.5;
    for (let x = 0; x < luma.width; x++, i++) {
      locate(taps, ((x + 0.5) * cb.width) / luma.width - 0.5, cy, cb);
      const gray = (luma.data[i]! - codes.black) / codes.luma;
      const u = at(cb.data);
      const v = at(cr.data);
      clamped[3 * i] = 255 * (gray + weights.red * v);
      clamped[3 * i + 1] = 255 * (gray + weights.greenCb * u + weights.greenCr * v);
      clamped[3 * i + 2] = 255 * (gray + weights.blue * u);
    }
  }
  return rgb;
}

/** A picture without chroma as 8-bit gray, full range. Values are clamped to 0..255. */
export function gray8(luma: Plane<IntegerSamples>, format: ShownCodes): Uint8Array {
  const codes = shownRange(format);
  const table = Uint8ClampedArray.from({ length: 2 ** format.depth }, (_, code) => (255 * (code - codes.black)) / codes.luma);
  const gray = new Uint8Array(luma.data.length);
  for (let i = 0; i < gray.length; i++) gray[i] = table[luma.data[i]!]!;
  return gray;
}

/** Full-size chroma: each component is a sum of what luma, Cb and Cr contribute, looked up by their codes. */
function fillByTables(rgb: Uint8ClampedArray, { luma, cb, cr }: CodedPicture, options: ShownCodes & { matrix: Matrix }): void {
  const weights = rgbWeights(options.matrix);
  const codes = shownRange(options);
  const length = 2 ** options.depth;
  const table = (weight: number) =>
    Float64Array.from({ length }, (_, code) => (255 * weight * (code - codes.neutral)) / codes.chroma);
  const gray = Float64Array.from({ length }, (_, code) => (255 * (code - codes.black)) / codes.luma);
  const [red, greenCb] = [table(weights.red), table(weights.greenCb)];
  const [greenCr, blue] = [table(weights.greenCr), table(weights.blue)];
  for (let i = 0, at = 0; i < luma.data.length; i++, at += 3) {
    const [y, u, v] = [gray[luma.data[i]!]!, cb.data[i]!, cr.data[i]!];
    rgb[at] = y + red[v]!;
    rgb[at + 1] = y + greenCb[u]! + greenCr[v]!;
    rgb[at + 2] = y + blue[u]!;
  }
}
