import type { Film } from '../../media/film/film.ts';

/**
 * ffmpeg filters that fit a picture of another size into the film's: as large as possible at its display aspect, with black bars.
 * A picture of the film's size is unchanged. Apply `size` in the scaler, then `bars`.
 */
export function fitFilters(film: Film): { readonly size: string; readonly bars: string } {
  const { width, height } = film.format;
  if (!canBeFitted(film)) return { size: `${width}:${height}`, bars: '' };
  const { num, den } = film.sampleAspect;
  // A stream without a sample aspect uses the container's.
  const aspect = num === den ? 'sar' : `if(eq(sar\\,1)\\,1\\,sar*${den}/${num})`;
  const shape = `(iw/ih*${aspect})`;
  const even = (size: string, most: number) => `max(2\\,2*floor(min(${most}\\,${size})/2+0.25))`;
  const own = `eq(iw\\,${width})*eq(ih\\,${height})`;
  const across = `w=if(${own}\\,${width}\\,${even(`${height}*${shape}`, width)})`;
  const down = `h=if(${own}\\,${height}\\,${even(`${width}/${shape}`, height)})`;
  return { size: `${across}:${down}`, bars: `,pad=${width}:${height}:-1:-1:black` };
}

/**
 * Whether pictures can be padded. Padding works in whole chroma samples, so films of odd width or height are filled by stretching
 * instead.
 */
export function canBeFitted({ format: { width, height } }: Film): boolean {
  return width % 2 === 0 && height % 2 === 0;
}

/** Maximum number of size changes listed individually. */
const NAMED = 3;

export interface SizeChange {
  readonly index: number;
  readonly seconds: number;
  readonly width: number;
  readonly height: number;
}

/** Warning that the film's picture changes its size; undefined if it does not. */
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
