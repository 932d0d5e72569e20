import { floatPlane, type IntegerSamples, type Plane } from '../../media/fields/plane.ts';
import type { PictureFormat } from '../../media/film/frame.ts';
import { rgbToChroma, rgbWeights, shownRange } from './color.ts';

/** Largest difference (0..1) at which the luma of picture and film count as equal: the rounding of 8-bit R, G, B. */
const SAME_LUMA = 1 / 255;
/**
 * A picture counts as made from the frame if at least this share of its unclipped pixels has the film's luma. Clipped pixels
 * cannot tell.
 */
const MIN_MATCHING_SHARE = 0.9;
/**
 * Blue derived from green, in which it has a small weight, carries five times green's rounding error. It must exceed the clipping
 * limit by more than this.
 */
const BLUE_MARGIN = 2 / 255;

/**
 * Chroma of a picture that shows a frame of known luma. `rgb`: R'G'B', three samples per pixel, `depth` bits. `luma`: the frame's
 * plane in its own codes.
 * Where both lumas agree, chroma is fitted to R, G and B at the frame's luma; a channel clipped at black or white is then derived
 * from the other two. Pixels repainted lighter or darker, or clipped in two channels, are converted as they are (`rgbToChroma`).
 */
export function ownChroma(
  rgb: IntegerSamples,
  luma: Plane<IntegerSamples>,
  format: PictureFormat,
  depth: number,
): { cb: Plane<Float32Array>; cr: Plane<Float32Array> } {
  const { width, height, matrix } = format;
  const converted = rgbToChroma(rgb, width, height, { matrix, depth });
  const weights = rgbWeights(matrix);
  const codes = shownRange(format);
  const white = 2 ** depth - 1;
  const [cb, cr] = [floatPlane(width, height), floatPlane(width, height)];
  const clipped = (sample: number) => (sample === 0 || sample === white ? 1 : 0);
  const differs = (i: number, y: number) => {
    // Y' = R - red * cr, of the picture itself.
    return Math.abs(rgb[3 * i]! / white - weights.red * converted.cr.data[i]! - y) > SAME_LUMA;
  };
  const solve = chromaSolver(weights);
  const matching = { count: 0, of: 0 };
  const clippedPixels: number[] = [];
  for (let i = 0; i < luma.data.length; i++) {
    const y = (luma.data[i]! - codes.black) / codes.luma;
    const clippedChannels = clipped(rgb[3 * i]!) + clipped(rgb[3 * i + 1]!) + clipped(rgb[3 * i + 2]!);
    cb.data[i] = converted.cb.data[i]!;
    cr.data[i] = converted.cr.data[i]!;
    if (clippedChannels > 0) {
      if (clippedChannels === 1) clippedPixels.push(i);
      continue;
    }
    matching.of++;
    if (differs(i, y)) continue;
    matching.count++;
    [cb.data[i], cr.data[i]] = solve.all(rgb[3 * i]! / white - y, rgb[3 * i + 1]! / white - y, rgb[3 * i + 2]! / white - y);
  }
  if (matching.count < MIN_MATCHING_SHARE * matching.of) return { cb, cr };
  for (const i of clippedPixels) {
    const y = (luma.data[i]! - codes.black) / codes.luma;
    const [r, g, b] = [0, 1, 2].map(channel => rgb[3 * i + channel]! / white - y) as [number, number, number];
    [cb.data[i], cr.data[i]] = clipped(rgb[3 * i]!)
      ? solve.withoutRed(g, b)
      : clipped(rgb[3 * i + 2]!)
        ? solve.withoutBlue(r, g, b)
        : [b / weights.blue, r / weights.red];
  }
  return { cb, cr };
}

type Chroma = [cb: number, cr: number];

/** Solves for the chroma of R - Y, G - Y, B - Y by least squares. */
function chromaSolver({ red, blue, greenCb, greenCr }: ReturnType<typeof rgbWeights>) {
  // Normal equations of r = red * cr, g = greenCb * cb + greenCr * cr, b = blue * cb.
  const [uu, uv, vv] = [greenCb * greenCb + blue * blue, greenCb * greenCr, greenCr * greenCr + red * red];
  const determinant = uu * vv - uv * uv;
  return {
    all(r: number, g: number, b: number): Chroma {
      const [u, v] = [greenCb * g + blue * b, greenCr * g + red * r];
      return [(vv * u - uv * v) / determinant, (uu * v - uv * u) / determinant];
    },
    withoutRed(g: number, b: number): Chroma {
      const cb = b / blue;
      return [cb, (g - greenCb * cb) / greenCr];
    },
    withoutBlue(r: number, g: number, clippedBlue: number): Chroma {
      const cr = r / red;
      const [clippedCb, solvedCb] = [clippedBlue / blue, (g - greenCr * cr) / greenCb];
      return [Math.abs(solvedCb) > Math.abs(clippedCb) + BLUE_MARGIN ? solvedCb : clippedCb, cr];
    },
  };
}
