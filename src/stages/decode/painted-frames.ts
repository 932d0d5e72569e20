import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { paintRgb, shownRange } from '../../kernels/color/color.ts';
import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';
import { giveBack, memoryOf } from '../../media/fields/shared-memory.ts';
import type { Film } from '../../media/film/film.ts';
import type { PictureFormat } from '../../media/film/frame.ts';
import { decodeColor } from './decode-color.ts';

/** Can a film's frames be painted so that the rounded Y' of every pixel is its luma? Not where luma is stretched to make R, G, B. */
export const canPaint = ({ range, depth }: PictureFormat): boolean => range === 'full' && (depth === 8 || depth === 16);

/**
 * A film in colour (`canPaint`) as R, G, B of its depth, interleaved; Y' of each pixel, rounded, is its luma. The samples of a frame are
 * reused when the next one is asked for. `film.format.window` is the one that it was coloured through.
 */
export async function* paintedFrames(film: Film, ffmpeg: Ffmpeg, signal?: AbortSignal): AsyncGenerator<IntegerSamples> {
  const { format } = film;
  const { neutral, chroma } = shownRange(format);
  const depth = format.depth === 8 ? 8 : 16;
  const float = ({ width, height, data }: Plane<IntegerSamples>) => ({
    width,
    height,
    data: Float32Array.from(data, code => (code - neutral) / chroma),
  });
  for await (const frame of decodeColor(film, ffmpeg, signal ? { signal } : {})) {
    const rgb = paintRgb(frame.luma, { cb: float(frame.cb), cr: float(frame.cr) }, { ...format, depth });
    yield rgb;
    for (const memory of memoryOf([rgb, frame.luma])) giveBack(memory);
  }
}
