import { shownRange } from '../../kernels/color/color.ts';
import { shownPalette } from '../../kernels/color/palettes.ts';
import type { PictureFormat } from '../../media/film/frame.ts';
import type { PaletteName } from '../../options.ts';

/** What the colours of a palette stand for: the key to a picture that is coloured by intensity. */
export interface ColorBar {
  /** The palette's name. */
  readonly palette: string;
  /** Code value of the first colour, and of all that are lower. */
  readonly low: number;
  /** Code value of the last colour, and of all that are higher. */
  readonly high: number;
  /** Colours as they are seen, #rrggbb, evenly from `low` to `high`. */
  readonly colors: readonly string[];
}

/** Colours of a bar: steps that the eye does not see. */
const STEPS = 64;

/** The colour bar of a palette over the code values of a format. */
export function colorBar(palette: PaletteName, format: Pick<PictureFormat, 'range' | 'depth' | 'window'>): ColorBar {
  const { black, luma } = shownRange(format);
  const hex = (share: number) =>
    Math.round(255 * Math.min(1, Math.max(0, share)))
      .toString(16)
      .padStart(2, '0');
  const colors = Array.from(
    { length: STEPS },
    (_, i) =>
      `#${shownPalette(palette, i / (STEPS - 1))
        .map(hex)
        .join('')}`,
  );
  return { palette, low: black, high: black + luma, colors };
}
