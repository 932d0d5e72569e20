import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { KinemacolorError } from '../../errors.ts';
import { type IntegerSamples, integerPlane, type Plane } from '../../media/fields/plane.ts';
import type { Film } from '../../media/film/film.ts';
import type { ColorFrame } from '../../media/film/frame.ts';
import { codedDepth } from '../../media/film/pixel-format.ts';
import { type DecodeOptions, decodePlanes, lumaReader, type PlaneReader } from './decode.ts';

type OpacityPlane = { readonly opacity: Plane<IntegerSamples> };

/**
 * Adds a film's opacity, at a depth in bits, to frames of the same stretch of it. Throws as `decodeFrames`, and `source` where the film
 * has fewer pictures than frames.
 */
export async function* withOpacity(
  frames: AsyncIterable<ColorFrame>,
  film: Film,
  ffmpeg: Ffmpeg,
  { depth, ...options }: DecodeOptions & { readonly depth: number },
): AsyncGenerator<ColorFrame> {
  const opacities = decodePlanes(film, ffmpeg, { ...options, reader: opacityReader(film, depth) });
  try {
    for await (const frame of frames) {
      const step = await opacities.next();
      if (step.done || step.value.index !== frame.index)
        throw new KinemacolorError(
          'source',
          `The opacity of frame ${frame.index} of ${film.path} cannot be decoded; check the file.`,
        );
      yield { ...frame, opacity: step.value.opacity };
    }
  } finally {
    await opacities.return({ frames: 0, damage: 'none' });
  }
}

/** Reads opacity at the depth that the film has it in, and scales it, so that what is opaque stays opaque. */
function opacityReader(film: Film, depth: number): PlaneReader<OpacityPlane> {
  const { width, height } = film.format;
  const own = codedDepth(film.codedPixelFormat ?? film.pixelFormat);
  const pixelFormat = `yuva444p${own > 8 ? `${own}le` : ''}`;
  const samples = width * height;
  const bytes = 4 * samples * (own > 8 ? 2 : 1);
  const [most, wanted] = [2 ** own - 1, 2 ** depth - 1];
  const { job } = lumaReader(film);
  return {
    job: { ...job, filter: `scale=${width}:${height},format=${pixelFormat}`, pixelFormat, pictureBytes: bytes, keptBytes: bytes },
    planes: data => {
      const stored = own > 8 ? new Uint16Array(data, 6 * samples, samples) : new Uint8Array(data, 3 * samples, samples);
      const opacity = integerPlane(width, height, depth);
      for (let i = 0; i < samples; i++) opacity.data[i] = Math.round((stored[i]! * wanted) / most);
      return { opacity };
    },
  };
}
