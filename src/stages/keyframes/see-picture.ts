import type { Colorizer } from '../../adapters/colorizer/colorizer.ts';
import { codeRange } from '../../kernels/color/color.ts';
import { resizeArea } from '../../kernels/filters/resample.ts';
import type { SeenPicture } from '../../kernels/hints/find-thing.ts';
import type { Frame, PictureFormat } from '../../media/film/frame.ts';
import { type PredictionCache, predictChroma } from './predict-chroma.ts';

/** Luma cells for each cell of features, on either axis. */
const FINER = 2;

/**
 * A frame as the model sees it; undefined if the model provides no features. `known`: predictions to take from, not added to, as
 * one look at every shot would push out the frames in hand. Throws `model` if the model fails.
 */
export async function seePicture(
  frame: Frame,
  colorizer: Colorizer,
  { format, known }: { readonly format: PictureFormat; readonly known: PredictionCache },
): Promise<SeenPicture | undefined> {
  const cached = known.has(frame.index) ? { known } : {};
  const { features } = await predictChroma(frame, colorizer, { format, ...cached });
  if (!features) return undefined;
  const { width, height, data } = frame.luma;
  const small = resizeArea(
    { width, height, data: Float32Array.from(data) },
    Math.min(width, FINER * features.width),
    Math.min(height, FINER * features.height),
  );
  const codes = codeRange(format.range, format.depth);
  const luma = small.data.map(code => Math.min(1, Math.max(0, (code - codes.black) / codes.luma)));
  return { features, luma: { ...small, data: luma } };
}
