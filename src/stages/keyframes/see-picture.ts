import type { Colorizer } from '../../adapters/colorizer/colorizer.ts';
import type { SeenPicture } from '../../kernels/hints/find-thing.ts';
import type { Frame, PictureFormat } from '../../media/film/frame.ts';
import { modelLuma, type PredictionCache, predictChroma } from './predict-chroma.ts';

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
  const size = {
    width: Math.min(frame.luma.width, FINER * features.width),
    height: Math.min(frame.luma.height, FINER * features.height),
  };
  return { features, luma: { ...size, data: modelLuma(frame.luma, format, size) } };
}
