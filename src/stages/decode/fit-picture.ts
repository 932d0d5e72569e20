import type { Film } from '../../media/film/film.ts';

/**
 * ffmpeg's filters that lay a picture of another size into the film's: as large as it fits with the shape it is shown in, black bars beside it. One of
 * the film's own size is left as it is. `size` is the scaler's, `bars` come behind it.
 */
export function fitPicture(film: Film): { readonly size: string; readonly bars: string } {
  const { width, height } = film.format;
  if (!canBeFitted(film)) return { size: `${width}:${height}`, bars: '' };
  const { num, den } = film.sampleAspect;
  // A stream that says no sample aspect has the container's throughout.
  const aspect = num === den ? 'sar' : `if(eq(sar\\,1)\\,1\\,sar*${den}/${num})`;
  const shape = `(iw/ih*${aspect})`;
  const even = (size: string, most: number) => `max(2\\,2*floor(min(${most}\\,${size})/2+0.25))`;
  const own = `eq(iw\\,${width})*eq(ih\\,${height})`;
  const across = `w=if(${own}\\,${width}\\,${even(`${height}*${shape}`, width)})`;
  const down = `h=if(${own}\\,${height}\\,${even(`${width}/${shape}`, height)})`;
  return { size: `${across}:${down}`, bars: `,pad=${width}:${height}:-1:-1:black` };
}

/** Bars are laid in whole chroma samples: a film of odd width or height has no room for the last one. Other pictures then fill it, stretched. */
export function canBeFitted({ format: { width, height } }: Film): boolean {
  return width % 2 === 0 && height % 2 === 0;
}

/** Changes of size named one by one. */
const NAMED = 3;

export interface SizeChange {
  readonly index: number;
  readonly seconds: number;
  readonly width: number;
  readonly height: number;
}

/** A sentence about a film whose picture changes its size; undefined for none. */
export function sizeRemark(film: Film, changes: readonly SizeChange[]): string | undefined {
  if (changes.length === 0) return undefined;
  const { width, height } = film.format;
  const places = changes
    .slice(0, NAMED)
    .map(one => `to ${one.width}x${one.height} at frame ${one.index} (${one.seconds.toFixed(2)} s)`);
  const more = changes.length > NAMED ? ` and ${changes.length - NAMED} more times` : '';
  const how = canBeFitted(film) ? 'with their shape kept, between bars' : 'stretched, since it has an odd size';
  return `The picture of ${film.path} changes its size ${places.join(', ')}${more}: pictures of another size than ${width}x${height} are fitted into it, ${how}.`;
}
