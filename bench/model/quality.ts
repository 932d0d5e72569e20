import type { Colorizer } from '../../src/adapters/colorizer/colorizer.ts';
import type { RgbPlanes } from '../../src/kernels/color/rgb-planes.ts';
import { colorfulness } from '../../src/kernels/measures/colorfulness.ts';
import { drawInteger, drawNormal, type Known, missingBlocks, offAtKnown, trueSpots } from './known.ts';
import { cropStill, rgbOf, type Still } from './stills.ts';

/** Hints and holes are those that the model was trained for and is always measured with (see models/training/evaluate.py). */
const HINTS = { count: 10, side: 5 };
const MISSING_SHARE = 0.2;
/** How the same picture changes: up to so many pixels along, grain of this deviation and so much more light (luma 0..1). */
export const FARTHEST_SHIFT = 8;
const GRAIN = 0.03;
const LIGHT = 1.1;
/** No mean square error is smaller than this, so that its logarithm is finite: 100 dB. */
const MIN_ERROR = 1e-10;

/** The chroma that a model gives a picture. */
export async function askChroma(model: Colorizer, { size, luma }: Pick<Still, 'size' | 'luma'>, known?: Known) {
  return (await model.run({ width: size, height: size, luma, ...known })).chroma;
}

/** What the same picture costs in gray and in the mean colour, and how colourful it truly is: beside every model. */
export function withoutModel(still: Still, mean: readonly [number, number] | undefined) {
  const truth = rgbOf(still, still.chroma);
  const cells = still.luma.length;
  const flat = (cb: number, cr: number) => rgbOf(still, new Float32Array(2 * cells).fill(cb, 0, cells).fill(cr, cells));
  return {
    psnrGray: psnr(flat(0, 0), truth),
    psnrMeanColour: mean ? psnr(flat(...mean), truth) : Number.NaN,
    colourfulnessMeanColour: mean ? colorfulness(flat(...mean)) : Number.NaN,
    colourfulnessTruth: colorfulness(truth),
  };
}

/** Nothing known; ten true spots; and all but blocks, where only the blocks count. PSNR in dB over R'G'B', chroma on the true luma. */
export async function accuracy(model: Colorizer, still: Still, random: () => number) {
  const truth = rgbOf(still, still.chroma);
  const automatic = rgbOf(still, await askChroma(model, still));
  const spots = trueSpots(still, random, HINTS);
  const holes = missingBlocks(still, random, MISSING_SHARE);
  const hinted = await askChroma(model, still, spots);
  const filled = await askChroma(model, still, holes);
  return {
    psnr: psnr(automatic, truth),
    colourfulness: colorfulness(automatic),
    psnrTenHints: psnr(rgbOf(still, hinted), truth),
    offAtHint: offAtKnown(hinted, spots),
    psnrFilling: psnr(
      rgbOf(still, filled),
      truth,
      holes.mask.map(known => 1 - known),
    ),
  };
}

/**
 * Mean change of Cb and Cr (0.01 is 2.5 of 255 levels) when the picture moves, gets fresh grain, or more light. A gray model is perfectly
 * steady: read them beside `meanChroma`. `whole` is FARTHEST_SHIFT larger than the picture that the model sees.
 */
export async function steadiness(model: Colorizer, whole: Still, random: () => number) {
  const size = whole.size - FARTHEST_SHIFT;
  const [x, y] = [drawInteger(random, 1, FARTHEST_SHIFT + 1), drawInteger(random, 1, FARTHEST_SHIFT + 1)];
  const still = cropStill(whole, size, [0, 0]);
  const requested = async (view: Still) => ({ ...view, chroma: await askChroma(model, view) });
  const lit = (change: (luma: number) => number) => ({
    ...still,
    luma: still.luma.map(luma => Math.min(1, Math.max(0, change(luma)))),
  });
  const base = await requested(still);
  const moved = await requested(cropStill(whole, size, [x, y]));
  const grained = await requested(lit(luma => luma + GRAIN * drawNormal(random)));
  const lighter = await requested(lit(luma => luma * LIGHT));
  return {
    shift: changeWhereBoth(base, moved, [x, y]),
    grain: change(base.chroma, grained.chroma),
    light: change(base.chroma, lighter.chroma),
    meanChroma: change(base.chroma, new Float32Array(base.chroma.length)),
  };
}

function change(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

/** The same over what both views hold of the picture, of which `moved` begins at (x, y) of `base`. */
function changeWhereBoth(base: Still, moved: Still, [x, y]: readonly [number, number]): number {
  const { size } = base;
  let sum = 0;
  for (let row = 0; row < size - y; row++) {
    for (let column = 0; column < size - x; column++) {
      const [here, there] = [(row + y) * size + column + x, row * size + column];
      for (const plane of [0, size * size]) sum += Math.abs(base.chroma[plane + here]! - moved.chroma[plane + there]!);
    }
  }
  return sum / (2 * (size - x) * (size - y));
}

/** In dB, peak 1; `where` (0 or 1 a pixel) limits it. */
function psnr(a: RgbPlanes, b: RgbPlanes, where?: Float32Array): number {
  let [sum, pixels] = [0, 0];
  for (let i = 0; i < a.r.length; i++) {
    const weight = where ? where[i]! : 1;
    sum += (weight * ((a.r[i]! - b.r[i]!) ** 2 + (a.g[i]! - b.g[i]!) ** 2 + (a.b[i]! - b.b[i]!) ** 2)) / 3;
    pixels += weight;
  }
  return -10 * Math.log10(Math.max(MIN_ERROR, sum / pixels));
}
