import type { Film } from './film.ts';

/**
 * Transformation from the coded to the displayed picture. Hints, plans and keyframe pictures refer to the coded picture, users to
 * the displayed one.
 */
export type Shown = Pick<Film, 'rotation' | 'sampleAspect'> & {
  readonly format: { readonly width: number; readonly height: number };
};

/** Size of the upright picture with square pixels. The narrower dimension is stretched; nothing is shrunk. */
export function shownSize({ format, sampleAspect: { num, den }, rotation }: Shown): { width: number; height: number } {
  const width = num > den ? Math.round((format.width * num) / den) : format.width;
  const height = num < den ? Math.round((format.height * den) / num) : format.height;
  return rotation % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** Maps a position (shares of the picture) to the picture rotated clockwise by a multiple of 90 degrees. */
export function turned<Place extends { readonly x: number; readonly y: number }>(place: Place, degrees: number): Place {
  const { x, y } = place;
  switch (((degrees % 360) + 360) % 360) {
    case 90:
      return { ...place, x: 1 - y, y: x };
    case 180:
      return { ...place, x: 1 - x, y: 1 - y };
    case 270:
      return { ...place, x: y, y: 1 - x };
    default:
      return place;
  }
}
