import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { integerPlane } from '../../media/fields/plane.ts';
import type { Film } from '../../media/film/film.ts';
import type { ColorFrame } from '../../media/film/frame.ts';
import { toSeconds } from '../../media/film/time.ts';
import { type ColorPlanes, colorReader, decodePlanes, lumaReader, type PicturePart, type PlaneReader } from './decode.ts';
import type { DecodeEnd } from './decode-end.ts';

export interface DecodeColorOptions {
  /** Default: `whole`. */
  readonly part?: PicturePart;
  /** Frames to skip at the film's start. The frames returned are numbered from 0. Default: none. */
  readonly skip?: number;
  /** Start at the frame of this tick, found by seeking; the frames returned are numbered from 0. Default: the film's start. */
  readonly from?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decodes a film with its chroma, for measuring: 4:4:4 at the film's own depth and range, luma as from `decodeFrames`, chroma
 * upsampled bilinearly. A gray film has neutral chroma. Ticks, damage and errors are as in `decodeFrames`.
 */
export async function* decodeColor(
  film: Film,
  ffmpeg: Ffmpeg,
  { part = 'whole', skip = 0, from, signal }: DecodeColorOptions = {},
): AsyncGenerator<ColorFrame, DecodeEnd> {
  const { job, planes } = film.storesChroma
    ? colorReader(film, { subsampling: '444', scaling: 'bilinear', part })
    : neutralReader(film);
  const inputArgs = from === undefined ? [] : seekBefore(from, film);
  const frames = decodePlanes(film, ffmpeg, { reader: { job: { ...job, inputArgs }, planes }, signal });
  try {
    for (let index = 0, skipped = 0; ; ) {
      const step = await frames.next();
      if (step.done) return { ...step.value, frames: index };
      if (skipped++ < skip || (from !== undefined && step.value.ticks < from)) continue;
      yield { ...step.value, index: index++ };
    }
  } finally {
    await frames.return({ frames: 0, damage: 'none' });
  }
}

/** Seconds before a tick that are decoded, too: ffmpeg seeks to times rounded to microseconds. */
const SEEK_MARGIN = 0.1;

function seekBefore(ticks: number, film: Film): string[] {
  const seconds = toSeconds({ ticks, timebase: film.format.timebase }) - SEEK_MARGIN;
  return seconds <= 0 ? [] : ['-seek_timestamp', '1', '-ss', seconds.toFixed(6)];
}

/** Reads luma, with neutral chroma of its size. */
function neutralReader(film: Film): PlaneReader<ColorPlanes> {
  const { width, height, depth } = film.format;
  const neutral = integerPlane(width, height, depth);
  neutral.data.fill(2 ** (depth - 1));
  const { job, planes } = lumaReader(film);
  return { job, planes: data => ({ ...planes(data), subsampling: '444', cb: neutral, cr: neutral }) };
}
