import { type Picture, readPicture } from '../../adapters/pictures/picture-file.ts';
import { KinemacolorError } from '../../errors.ts';
import { rgbToChroma } from '../../kernels/color/color.ts';
import { ownChroma } from '../../kernels/color/own-chroma.ts';
import { downsampleForBilinear } from '../../kernels/filters/downsample-for-bilinear.ts';
import { resizeArea } from '../../kernels/filters/resample.ts';
import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';
import type { Matrix, PictureFormat } from '../../media/film/frame.ts';

/** Opacity below this is rounding of a resize, not paint. */
const MIN_PAINT = 1 / 512;

/**
 * Reads the chroma of a user's keyframe picture, in the film's matrix, on `grid` (default: the picture's own size). Trust is the
 * picture's opacity: 0 where nothing was painted. Only the chroma is used; luma stays the film's. `luma`: of the frame, if known;
 * chroma is then read more exactly.
 * Throws `reference` if the picture cannot be read, is not of the film's coded size, or does not match `sha256`.
 */
export async function readKeyframePicture(
  source: { readonly path: string; readonly sha256?: string | undefined },
  format: PictureFormat,
  grid: { readonly width: number; readonly height: number } = format,
  luma?: Plane<IntegerSamples>,
): Promise<ChromaField> {
  const picture = await readPlannedPicture(source);
  if (picture.width !== format.width || picture.height !== format.height) {
    throw new KinemacolorError(
      'reference',
      `Expected the picture ${source.path} to be ${format.width}x${format.height} as the film is, received ${picture.width}x${picture.height}; export it at the film's size.`,
    );
  }
  const chroma = luma && ownChroma(picture.rgb, luma, format, picture.depth);
  return paintedChroma(picture, format.matrix, grid, chroma, chroma && wholeCodes(format, grid));
}

/**
 * Code values per unit of chroma, if the grid's cells are the samples of a 4:2:0 film. Rounding to whole codes then brings a
 * picture exported from the film in colour closer to the original.
 */
function wholeCodes({ width, height, range, depth }: PictureFormat, grid: { width: number; height: number }): number | undefined {
  if (grid.width !== Math.ceil(width / 2) || grid.height !== Math.ceil(height / 2)) return undefined;
  return range === 'limited' ? 224 * 2 ** (depth - 8) : 2 ** depth - 1;
}

/** Reads the picture named in a plan. Throws `reference` if it cannot be read or its hash has changed. */
export async function readPlannedPicture(source: {
  readonly path: string;
  readonly sha256?: string | undefined;
}): Promise<Picture> {
  const picture = await readPicture(source.path);
  if (source.sha256 === undefined || source.sha256 === picture.sha256) return picture;
  const message = `The picture ${source.path} has changed since the plan was made; make the plan again.`;
  throw new KinemacolorError('reference', message);
}

/**
 * Chroma of a picture on `grid` (not larger than the picture); trust is its opacity. A fully painted picture is downsampled for
 * bilinear enlargement (see `downsampleForBilinear`); otherwise the painted pixels of each cell are averaged, so that unpainted
 * ones do not desaturate edges.
 * `chroma`: at the picture's size, if known better than from the picture alone. `codes`: see `wholeCodes`.
 */
export function paintedChroma(
  picture: Picture,
  matrix: Matrix,
  grid: { readonly width: number; readonly height: number },
  chroma?: { cb: Plane<Float32Array>; cr: Plane<Float32Array> },
  codes?: number,
): ChromaField {
  const { width, height, alpha } = picture;
  const { cb, cr } = chroma ?? rgbToChroma(picture.rgb, width, height, { matrix, depth: picture.depth });
  const field = chromaField(grid.width, grid.height);
  const settle = codes ? (value: number) => legal(Math.round(value * codes) / codes) : legal;
  const onGrid = (data: Float32Array) => resizeArea({ width, height, data }, grid.width, grid.height).data;
  if (!alpha) {
    field.cb.set(downsampleForBilinear(cb, grid.width, grid.height).data.map(settle));
    field.cr.set(downsampleForBilinear(cr, grid.width, grid.height).data.map(settle));
    field.trust.fill(1);
    return field;
  }
  field.trust.set(onGrid(alpha));
  for (const [plane, target] of [
    [cb.data, field.cb],
    [cr.data, field.cr],
  ] as const) {
    const painted = onGrid(plane.map((value, i) => value * alpha[i]!));
    for (let i = 0; i < target.length; i++) target[i] = field.trust[i]! < MIN_PAINT ? 0 : painted[i]! / field.trust[i]!;
  }
  for (let i = 0; i < field.trust.length; i++) if (field.trust[i]! < MIN_PAINT) field.trust[i] = 0;
  return field;
}

/** Clamps the overshoot of fitted values at edges to the legal range. */
function legal(chroma: number): number {
  return Math.min(0.5, Math.max(-0.5, chroma));
}
