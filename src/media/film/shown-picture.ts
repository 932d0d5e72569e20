import type { Film } from './film.ts';

/** What a player does to a film's picture before it is seen. Hints, plans and keyframe pictures speak of the coded picture; people of the shown one. */
export type Shown = Pick<Film, 'rotation' | 'sampleAspect'> & {
  readonly format: { readonly width: number; readonly height: number };
};

/** Size of the upright picture with square pixels; the longer of its sides is stretched rather than the other shrunk. */
export function shownSize({ format, sampleAspect: { num, den }, rotation }: Shown): { width: number; height: number } {
  const width = num > den ? Math.round((format.width * num) / den) : format.width;
  const height = num < den ? Math.round((format.height * den) / num) : format.height;
  return rotation % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** A place in shares of a picture, in the same picture turned clockwise by so many degrees (a multiple of 90). */
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
