import { paletteChroma } from '../../kernels/color/palettes.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { Frame, PictureFormat, Subsampling } from '../../media/film/frame.ts';
import type { PaletteName } from '../../options.ts';
import { chromaGuide, type Finished } from './finish.ts';

/** Everything needed to colour one frame by its intensities. */
export interface PaletteInput {
  readonly frame: Frame;
  readonly format: PictureFormat;
  readonly subsampling: Subsampling;
  readonly palette: PaletteName;
}

/** The chroma that a palette has at each intensity of a frame as it is shown. Runs in a worker thread. */
export function paletteFrame(kernels: Kernels, { frame, format, subsampling, palette }: PaletteInput): Finished {
  const guide = chromaGuide(kernels, frame.luma, format, subsampling);
  return { ...kernels.quantiseChroma(paletteChroma(guide, palette, format), guide, format), trust: 1, unseen: 0 };
}
