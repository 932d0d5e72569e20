import type { BesideJob } from '../adapters/raw-video.ts';
import { rgbToChroma, rgbToLuma } from '../kernels/color.ts';
import type { Film } from '../media/film.ts';

/** Looks for colour while a film is decoded for something else. */
export interface ColorWatch {
  /** The pictures that it wants of the decoding. */
  readonly looks: BesideJob;
  /** Did what has been decoded so far hold colour already? */
  colored(): boolean;
}

/**
 * A watch over pictures spread over a film. A tint (sepia, a blue night) is no colour: it gives every picture part of the same brightness
 * the same chroma, so what counts is how far chroma spreads among samples of like luma. undefined for a film that stores no chroma.
 */
export function watchForColor(film: Film): ColorWatch | undefined {
  if (!film.storesChroma) return undefined;
  const apart = Math.min(FARTHEST_APART, (film.statedSeconds ?? Number.POSITIVE_INFINITY) / LEAST_LOOKS).toFixed(3);
  const met = { looks: 0, colored: 0 };
  const looks = {
    filter: `select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,${apart}),scale=${WIDTH}:${HEIGHT}:flags=area,format=yuv444p`,
    pixelFormat: 'yuv444p',
    pictureBytes: 3 * WIDTH * HEIGHT,
    take: (picture: Uint8Array) => {
      met.looks++;
      if (spreadOf(picture) > COLOR_SPREAD) met.colored++;
    },
  };
  return { looks, colored: () => met.colored >= Math.max(ENOUGH, ENOUGH_SHARE * met.looks) };
}

/** Seconds between two looks at most; a short film gets at least so many looks. */
const FARTHEST_APART = 10;
const LEAST_LOOKS = 10;
/** How many looks must show colour, and which share of them: a film with a tinted or damaged picture or a coloured emblem is still gray. */
const ENOUGH = 2;
const ENOUGH_SHARE = 0.2;

/** 8-bit code values: a strong sepia stays near 1.5 (its curve bends), a film in muted colour begins at about 3. */
const COLOR_SPREAD = 2.2;

/** Size of the small picture: area averages take the noise of film grain and of chroma coding away. */
const WIDTH = 64;
const HEIGHT = 36;

/** The size at which a picture is looked at. */
export const LOOK = { width: WIDTH, height: HEIGHT } as const;

/** Does a still hold colour already? `rgb`: the whole picture as 8-bit sRGB, interleaved, at the size of `LOOK`. A tint is no colour. */
export function pictureHoldsColor(rgb: Uint8Array): boolean {
  const { cb, cr } = rgbToChroma(rgb, WIDTH, HEIGHT, { matrix: 'bt709', depth: 8 });
  const luma = rgbToLuma(rgb, LOOK, { matrix: 'bt709', depth: 8, step: 3 });
  const codes = (plane: Float32Array) => Array.from(plane, value => Math.round(128 + 255 * value));
  return spreadOf(Uint8ClampedArray.from([...luma.data, ...codes(cb.data), ...codes(cr.data)])) > COLOR_SPREAD;
}

/** Root mean square of chroma's distance from its mean among samples of like luma. */
function spreadOf(samples: Uint8Array | Uint8ClampedArray): number {
  const cells = WIDTH * HEIGHT;
  const levels = Array.from({ length: 256 }, () => ({ count: 0, cb: 0, cr: 0, squares: 0 }));
  for (let i = 0; i < cells; i++) {
    const level = levels[samples[i]!]!;
    const cb = samples[cells + i]!;
    const cr = samples[2 * cells + i]!;
    level.count++;
    level.cb += cb;
    level.cr += cr;
    level.squares += cb * cb + cr * cr;
  }
  const met = levels.filter(({ count }) => count > 0);
  const squares = met.reduce((sum, { count, cb, cr, squares }) => sum + squares - (cb * cb + cr * cr) / count, 0);
  return Math.sqrt(squares / Math.max(1, cells - met.length)); // every level's mean takes one degree of freedom
}
