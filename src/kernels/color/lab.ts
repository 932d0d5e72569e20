import { floatPlane, type Plane } from '../../media/fields/plane.ts';
import type { Matrix } from '../../media/film/frame.ts';
import type { ChromaPlanes } from '../filters/guided-filter.ts';
import { lumaWeights, rgbWeights } from './color.ts';

/**
 * CIE L*a*b* (D65 white), used by many colour models: lightness 0..100, a and b about -128..127. R'G'B' is taken as sRGB (IEC
 * 61966-2-1), as those models were trained on it. Used only at the interface of such models; everything else uses chroma.
 */
export interface LabPlanes {
  readonly a: Plane<Float32Array>;
  readonly b: Plane<Float32Array>;
}

/** sRGB primaries to XYZ relative to the D65 white (each row sums to 1), and the inverse. */
const [X, Y, Z] = [
  [0.412453 / 0.950456, 0.35758 / 0.950456, 0.180423 / 0.950456],
  [0.212671, 0.71516, 0.072169],
  [0.019334 / 1.088754, 0.119193 / 1.088754, 0.950227 / 1.088754],
] as const;
const [RED, GREEN, BLUE] = [
  [3.240479 * 0.950456, -1.53715, -0.498535 * 1.088754],
  [-0.969256 * 0.950456, 1.875992, 0.041556 * 1.088754],
  [0.055648 * 0.950456, -0.204043, 1.057311 * 1.088754],
] as const;

/** Below this the cube root is replaced by a line (CIE 15): (6 / 29)^3. */
const LINEAR_BELOW = (6 / 29) ** 3;

function toLight(code: number): number {
  return code <= 0.04045 ? code / 12.92 : ((code + 0.055) / 1.055) ** 2.4;
}

function toCode(light: number): number {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}

function toRoot(value: number): number {
  return value > LINEAR_BELOW ? Math.cbrt(value) : value / (3 * (6 / 29) ** 2) + 4 / 29;
}

function fromRoot(root: number): number {
  return root > 6 / 29 ? root * root * root : 3 * (6 / 29) ** 2 * (root - 4 / 29);
}

/**
 * Tabulates a function with linear interpolation between nodes spaced evenly over 0..`end`; exact elsewhere. Powers and roots are
 * far slower, and a 512x512 keyframe needs a million of them.
 */
function tabulated(exact: (value: number) => number, end: number, steps: number): (value: number) => number {
  const nodes = Float64Array.from({ length: steps + 1 }, (_, i) => exact((i * end) / steps));
  return value => {
    const place = (value * steps) / end;
    if (!(place >= 0 && place < steps)) return exact(value);
    const node = Math.floor(place);
    const below = nodes[node]!;
    return below + (place - node) * (nodes[node + 1]! - below);
  };
}

/** Tabulated `toCode`. Error below 4e-6: an eighth of the squared step times the curvature where the linear part ends, 2400. */
const codeOf = tabulated(toCode, 2, 1 << 14);
/** Cube root of a gray's light from its luma. Error below 1e-7. */
const rootOfGray = tabulated(luma => toRoot(toLight(luma)), 1, 1 << 13);

/** Lightness, 0..100, of a gray of luma 0..1. */
export function lightnessOf(luma: number): number {
  return 116 * rootOfGray(luma) - 16;
}

/** Chroma of a Lab model's output for a gray picture. `luma`: 0..1, full range; the lightness used is that of the gray. */
export function labToChroma(luma: Plane<Float32Array>, lab: LabPlanes, matrix: Matrix): ChromaPlanes {
  const { red, blue } = lumaWeights(matrix);
  const cb = floatPlane(luma.width, luma.height);
  const cr = floatPlane(luma.width, luma.height);
  for (let i = 0; i < luma.data.length; i++) {
    const middle = rootOfGray(luma.data[i]!);
    const x = fromRoot(middle + lab.a.data[i]! / 500);
    const y = fromRoot(middle);
    const z = fromRoot(middle - lab.b.data[i]! / 200);
    const r = codeOf(RED[0] * x + RED[1] * y + RED[2] * z);
    const g = codeOf(GREEN[0] * x + GREEN[1] * y + GREEN[2] * z);
    const b = codeOf(BLUE[0] * x + BLUE[1] * y + BLUE[2] * z);
    const own = red * r + (1 - red - blue) * g + blue * b;
    cb.data[i] = (b - own) / (2 * (1 - blue));
    cr.data[i] = (r - own) / (2 * (1 - red));
  }
  return { cb, cr };
}

/** The inverse: a and b of the colour with this luma (0..1, full range) and chroma. */
export function chromaToLab(luma: Plane<Float32Array>, chroma: ChromaPlanes, matrix: Matrix): LabPlanes {
  const weights = rgbWeights(matrix);
  const a = floatPlane(luma.width, luma.height);
  const b = floatPlane(luma.width, luma.height);
  for (let i = 0; i < luma.data.length; i++) {
    const [y, cb, cr] = [luma.data[i]!, chroma.cb.data[i]!, chroma.cr.data[i]!] as const;
    const r = toLight(y + weights.red * cr);
    const g = toLight(y + weights.greenCb * cb + weights.greenCr * cr);
    const blue = toLight(y + weights.blue * cb);
    const fx = toRoot(X[0] * r + X[1] * g + X[2] * blue);
    const fy = toRoot(Y[0] * r + Y[1] * g + Y[2] * blue);
    const fz = toRoot(Z[0] * r + Z[1] * g + Z[2] * blue);
    a.data[i] = 500 * (fx - fy);
    b.data[i] = 200 * (fy - fz);
  }
  return { a, b };
}

/** Bisection steps for a colour's own luma: accurate to a millionth. */
const HALVINGS = 22;

/**
 * The a and b to give a Lab model as a hint: those for which `labToChroma`, at the lightness of the gray, returns this chroma.
 * The colour's own luma, at which it is as light as the gray, is found by bisection, since lightness rises with luma.
 */
export function hintToLab(luma: Plane<Float32Array>, chroma: ChromaPlanes, matrix: Matrix): LabPlanes {
  const weights = rgbWeights(matrix);
  const own = floatPlane(luma.width, luma.height);
  for (let i = 0; i < luma.data.length; i++) {
    const [cb, cr] = [chroma.cb.data[i]!, chroma.cr.data[i]!];
    own.data[i] = luma.data[i]!;
    if (cb === 0 && cr === 0) continue;
    const [red, green, blue] = [weights.red * cr, weights.greenCb * cb + weights.greenCr * cr, weights.blue * cb];
    const light = toLight(luma.data[i]!);
    let [low, high] = [-1, 2];
    for (let step = 0; step < HALVINGS; step++) {
      const middle = (low + high) / 2;
      const found = Y[0] * toLight(middle + red) + Y[1] * toLight(middle + green) + Y[2] * toLight(middle + blue);
      if (found < light) low = middle;
      else high = middle;
    }
    own.data[i] = (low + high) / 2;
  }
  return chromaToLab(own, chroma, matrix);
}
