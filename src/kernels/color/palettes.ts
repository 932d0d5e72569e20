import { rgb } from 'd3-color';
import { interpolateCividis, interpolateMagma, interpolateViridis } from 'd3-scale-chromatic';
import { floatPlane, type Plane } from '../../media/fields/plane.ts';
import type { Matrix, Range } from '../../media/film/frame.ts';
import type { PaletteName } from '../../options.ts';
import type { ChromaPlanes } from '../filters/guided-filter.ts';
import { codeRange, FADE_LUMA, gamutShare, lumaWeights, rgbWeights } from './color.ts';

/** A component of R, G, B by intensity, both 0..1: points between which it is linear. */
type Curve = readonly (readonly [intensity: number, value: number])[];

/** Hot Iron and PET as DICOM defines them (PS3.6, B.1), of which the tables are linear between these points. */
const CURVES: Readonly<Record<'hot-iron' | 'pet', readonly [Curve, Curve, Curve]>> = {
  'hot-iron': [
    [
      [0, 0],
      [0.5, 1],
    ],
    [
      [0.5, 0],
      [1, 1],
    ],
    [
      [0.75, 0],
      [1, 1],
    ],
  ],
  pet: [
    [
      [0.25, 0],
      [0.75, 1],
    ],
    [
      [0, 0],
      [0.25, 0.5],
      [0.5, 0],
      [1, 1],
    ],
    [
      [0, 0],
      [0.5, 1],
      [0.75, 0],
      [1, 1],
    ],
  ],
};

function along(curve: Curve, intensity: number): number {
  const next = curve.findIndex(([at]) => at >= intensity);
  if (next <= 0) return curve[next === 0 ? 0 : curve.length - 1]![1];
  const [[from, low], [to, high]] = [curve[next - 1]!, curve[next]!];
  return low + ((intensity - from) / (to - from)) * (high - low);
}

const INTERPOLATED = { viridis: interpolateViridis, cividis: interpolateCividis, magma: interpolateMagma } as const;

/** R, G, B of a palette at an intensity, all 0..1. */
function paletteColor(name: PaletteName, intensity: number): readonly [red: number, green: number, blue: number] {
  if (name === 'hot-iron' || name === 'pet') {
    const [red, green, blue] = CURVES[name];
    return [along(red, intensity), along(green, intensity), along(blue, intensity)];
  }
  const { r, g, b } = rgb(INTERPOLATED[name](intensity));
  return [r / 255, g / 255, b / 255];
}

/** Chroma of a palette at each intensity of a gray picture: 8-bit codes of a range. */
export function paletteChroma(
  gray: Plane<Uint8Array>,
  name: PaletteName,
  { matrix, range }: { readonly matrix: Matrix; readonly range: Range },
): ChromaPlanes {
  const { black, luma } = codeRange(range, 8);
  const table = { cb: new Float32Array(256), cr: new Float32Array(256) };
  for (let code = 0; code < 256; code++) {
    const intensity = Math.min(1, Math.max(0, (code - black) / luma));
    [table.cb[code], table.cr[code]] = intensityChroma(name, intensity, matrix);
  }
  const [cb, cr] = [floatPlane(gray.width, gray.height), floatPlane(gray.width, gray.height)];
  for (let i = 0; i < gray.data.length; i++) {
    const code = gray.data[i]!; // two tables: taking pairs apart is several times slower
    cb.data[i] = table.cb[code]!;
    cr.data[i] = table.cr[code]!;
  }
  return { cb, cr };
}

/** Chroma of a palette at an intensity, in a matrix. */
function intensityChroma(name: PaletteName, intensity: number, matrix: Matrix): readonly [cb: number, cr: number] {
  const [luma, weights] = [lumaWeights(matrix), rgbWeights(matrix)];
  const [red, green, blue] = paletteColor(name, intensity);
  const y = luma.red * red + (1 - luma.red - luma.blue) * green + luma.blue * blue;
  return [(blue - y) / weights.blue, (red - y) / weights.red];
}

/** How a palette is seen where its chroma lies on luma of that very intensity: R, G, B, 0..1, of BT.709. */
export function shownPalette(name: PaletteName, intensity: number): readonly [red: number, green: number, blue: number] {
  const weights = rgbWeights('bt709');
  const [cb, cr] = intensityChroma(name, intensity, 'bt709');
  const share = gamutShare(intensity, cb, cr, weights, 0) * Math.min(1, intensity / FADE_LUMA);
  const [u, v] = [share * cb, share * cr];
  return [intensity + weights.red * v, intensity + weights.greenCb * u + weights.greenCr * v, intensity + weights.blue * u];
}
