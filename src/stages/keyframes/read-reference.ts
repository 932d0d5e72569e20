import type { Colorizer } from '../../adapters/colorizer/colorizer.ts';
import { codeRange, rgbToLuma } from '../../kernels/color/color.ts';
import { resizeArea, resizeField } from '../../kernels/filters/resample.ts';
import type { ReferenceColor } from '../../kernels/hints/transfer-color.ts';
import { grayPlane } from '../../media/fields/plane.ts';
import type { PictureFormat } from '../../media/film/frame.ts';
import { type ColorSource, referencePictures } from '../../media/plan/keyframe.ts';
import { predictChroma } from './predict-chroma.ts';
import { paintedChroma, readPlannedPicture } from './read-keyframe-picture.ts';

/** Maximum shorter side of a reference, in pixels: more than any bundled model uses of a film. */
const SHORT_SIDE = 256;

/** The pictures of a reference source, in order (see `readReference`). */
export async function readReferences(
  source: Extract<ColorSource, { kind: 'reference' }>,
  format: PictureFormat,
  colorizer: Colorizer,
): Promise<ReferenceColor[]> {
  const read: ReferenceColor[] = [];
  for (const picture of referencePictures(source)) read.push(await readReference(picture, format, colorizer));
  return read;
}

/**
 * Reads a reference, a picture of any size of similar content: its colour, and the model's prediction for its luma, in the film's
 * code values. Throws `reference` if it cannot be read or has changed, `model` if the model fails.
 */
export async function readReference(
  source: { readonly path: string; readonly sha256: string },
  format: PictureFormat,
  colorizer: Colorizer,
): Promise<ReferenceColor> {
  const picture = await readPlannedPicture(source);
  const { matrix, range } = format;
  const scale = Math.min(1, SHORT_SIDE / Math.min(picture.width, picture.height));
  const grid = { width: Math.ceil(picture.width * scale), height: Math.ceil(picture.height * scale) };
  const whole = rgbToLuma(picture.rgb, picture, { matrix, depth: picture.depth, step: 3 });
  const white = 2 ** picture.depth - 1;
  const luma = resizeArea({ ...whole, data: Float32Array.from(whole.data) }, grid.width, grid.height);
  const codes = codeRange(range, 8);
  const gray = grayPlane(grid.width, grid.height);
  gray.data.set(luma.data.map(value => Math.round(codes.black + (value / white) * codes.luma)));
  const shown = { ...format, ...grid, depth: 8 };
  const predicted = await predictChroma({ index: 0, ticks: 0, luma: gray }, colorizer, { format: shown });
  const automatic = resizeField(predicted, grid.width, grid.height);
  return { gray, automatic, features: predicted.features, color: paintedChroma(picture, matrix, grid) };
}
