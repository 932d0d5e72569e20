import { codeRange } from '../../kernels/color/color.ts';
import { paletteChroma } from '../../kernels/color/palettes.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { floatPlane } from '../../media/fields/plane.ts';
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
  const { black, luma } = codeRange(format.range, 8);
  const table = Array.from({ length: 256 }, (_, code) =>
    paletteChroma(palette, Math.min(1, Math.max(0, (code - black) / luma)), format.matrix),
  );
  const [cb, cr] = [floatPlane(guide.width, guide.height), floatPlane(guide.width, guide.height)];
  for (let i = 0; i < guide.data.length; i++) [cb.data[i], cr.data[i]] = table[guide.data[i]!]!;
  return { ...kernels.quantiseChroma({ cb, cr }, guide, format), trust: 1, unseen: 0 };
}
