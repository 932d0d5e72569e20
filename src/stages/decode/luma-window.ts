import { KinemacolorError } from '../../errors.ts';
import { codeRange } from '../../kernels/color/color.ts';
import type { Film } from '../../media/film/film.ts';
import type { LumaWindow, PictureFormat } from '../../media/film/frame.ts';
import { readWindow } from '../../options.ts';

/** The code values of a window, `CENTER,WIDTH`, at a depth. Throws `usage` where no code of that depth lies in it. */
export function windowOf(window: string | undefined, depth: number): LumaWindow | undefined {
  if (window === undefined) return undefined;
  const { low, high } = readWindow(window)!;
  const most = 2 ** depth - 1;
  if (high > 0 && low < most) return { low, high };
  throw new KinemacolorError(
    'usage',
    `Expected a window within the code values 0..${most} of ${depth} bit, received --window ${window}, which begins at ${low} and ends at ${high}.`,
  );
}

/** A film that is looked at through a window, or as it is where none is given. Throws `usage` as `windowOf`. */
export function throughWindow(film: Film, window: string | undefined): Film {
  return window === undefined ? film : { ...film, format: { ...film.format, window: windowOf(window, film.format.depth) } };
}

/** A film's window in the code values of another depth, such as that of its rendered shots. */
export function windowAt({ window, depth }: PictureFormat, other: number): LumaWindow | undefined {
  const scale = 2 ** (other - depth);
  return window && { low: window.low * scale, high: window.high * scale };
}

/**
 * ffmpeg's filters, each followed by a comma, that stretch the luma of a film's window from black to white, for pictures that are only
 * looked at. Empty without a window.
 */
export function windowFilters({ pixelFormat, format: { window, range, depth } }: Film): string {
  if (!window) return '';
  const { black, luma } = codeRange(range, depth);
  const stretched = `(val-${window.low})*${luma / (window.high - window.low)}+${black}`;
  return `format=${pixelFormat},lut=c0=clip(${stretched}\\,${black}\\,${black + luma}),`;
}
