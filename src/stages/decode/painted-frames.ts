import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { paintRgb, shownRange } from '../../kernels/color/color.ts';
import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';
import { giveBack, memoryOf } from '../../media/fields/shared-memory.ts';
import type { Film } from '../../media/film/film.ts';
import type { PictureFormat } from '../../media/film/frame.ts';
import { decodeColor } from './decode-color.ts';

/** Whether a film's frames can be painted so that the rounded Y' of every pixel is its luma: not if R, G, B need luma stretched. */
export const canPaint = ({ range, depth }: PictureFormat): boolean => range === 'full' && (depth === 8 || depth === 16);

/**
 * A film in colour (`canPaint`) as R, G, B of its depth, interleaved; Y' of each pixel, rounded, is its luma. The samples of a frame are
 * reused when the next one is asked for. `film.format.window` is the one that it was coloured through.
 */
export async function* paintedFrames(film: Film, ffmpeg: Ffmpeg, signal?: AbortSignal): AsyncGenerator<IntegerSamples> {
  const { format } = film;
  const { neutral, chroma } = shownRange(format);
  const depth = format.depth === 8 ? 8 : 16;
  const float = ({ width, height, data }: Plane<IntegerSamples>) => {
    const values = new Float32Array(data.length);
    for (let i = 0; i < values.length; i++) values[i] = (data[i]! - neutral) / chroma; // `from` is many times slower
    return { width, height, data: values };
  };
  for await (const frame of decodeColor(film, ffmpeg, signal ? { signal } : {})) {
    const rgb = paintRgb(frame.luma, { cb: float(frame.cb), cr: float(frame.cr) }, { ...format, depth });
    yield rgb;
    for (const memory of memoryOf([rgb, frame.luma])) giveBack(memory);
  }
}
