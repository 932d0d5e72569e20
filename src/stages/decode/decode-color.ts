import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { type RawVideoJob, rawVideo } from '../../adapters/ffmpeg/raw-video.ts';
import { type IntegerSamples, integerPlane, type Plane } from '../../media/fields/plane.ts';
import type { Film } from '../../media/film/film.ts';
import type { ColorFrame } from '../../media/film/frame.ts';
import { toSeconds } from '../../media/film/time.ts';
import { jumpFaults } from '../probe/clock-stretches.ts';
import { decodeFrames, filterInto } from './decode.ts';
import { type DecodeEnd, decodeEnd } from './decode-end.ts';
import { frameClock } from './frame-clock.ts';

export interface DecodeColorOptions {
  /** `whole`, or only the `right` half of the picture: the coloured half of a side-by-side film. */
  readonly part?: 'whole' | 'right';
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
  if (!film.storesChroma) return yield* decodeNeutral(film, ffmpeg, { skip, from, signal });
  const { width: whole, height, depth } = film.format;
  const width = part === 'whole' ? whole : whole / 2;
  const job = { ...fullChroma(film, width), inputArgs: from === undefined ? [] : seekBefore(from, film) };
  const clock = frameClock(film);
  const pictures = rawVideo(ffmpeg, job, signal);
  const samples = width * height;
  const plane = (data: SharedArrayBuffer, place: number): Plane<IntegerSamples> => {
    const view = depth > 8 ? new Uint16Array(data, 2 * place * samples, samples) : new Uint8Array(data, place * samples, samples);
    return { width, height, data: view };
  };
  try {
    for (let index = 0, skipped = 0; ; ) {
      const step = await pictures.next();
      if (step.done) return decodeEnd(film, clock, { frames: index, errors: step.value.errors });
      const { data } = step.value;
      const ticks = clock.next(step.value.ticks);
      if (skipped++ < skip || (from !== undefined && ticks < from)) continue;
      const planes = { luma: plane(data, 0), cb: plane(data, 1), cr: plane(data, 2) };
      yield { index: index++, ticks, subsampling: '444', ...planes };
    }
  } finally {
    await pictures.return({ pictures: 0, errors: [] });
  }
}

/** Seconds before a tick that are decoded, too: ffmpeg seeks to times rounded to microseconds. */
const SEEK_MARGIN = 0.1;

function seekBefore(ticks: number, film: Film): string[] {
  const seconds = toSeconds({ ticks, timebase: film.format.timebase }) - SEEK_MARGIN;
  return seconds <= 0 ? [] : ['-seek_timestamp', '1', '-ss', seconds.toFixed(6)];
}

function fullChroma(film: Film, width: number): RawVideoJob {
  const { height, depth, range, timebase } = film.format;
  const pixelFormat = `${film.pixelFormat.startsWith('yuvj') ? 'yuvj444p' : 'yuv444p'}${depth > 8 ? `${depth}le` : ''}`;
  const pictureBytes = 3 * width * height * (depth > 8 ? 2 : 1);
  const code = range === 'full' ? 'pc' : 'tv';
  const right = width === film.format.width ? [] : [`crop=${width}:${height}:${width}:0`];
  // Input range equals output range: luma code values are unchanged.
  const up = `scale=flags=bilinear:in_range=${code}:out_range=${code}`;
  return {
    path: film.path,
    stream: film.videoStream,
    isHarmless: jumpFaults(film),
    timebase,
    filter: [filterInto(film), up, `format=${pixelFormat}`, ...right].join(),
    pixelFormat,
    pictureBytes,
    keptBytes: pictureBytes,
  };
}

async function* decodeNeutral(
  film: Film,
  ffmpeg: Ffmpeg,
  { skip, from, signal }: { skip: number; from: number | undefined; signal: AbortSignal | undefined },
): AsyncGenerator<ColorFrame, DecodeEnd> {
  const { width, height, depth } = film.format;
  const neutral = integerPlane(width, height, depth);
  neutral.data.fill(2 ** (depth - 1));
  const frames = decodeFrames(film, ffmpeg, signal && { signal });
  try {
    for (let index = 0, skipped = 0; ; ) {
      const step = await frames.next();
      if (step.done) return { ...step.value, frames: index };
      if (skipped++ < skip || (from !== undefined && step.value.ticks < from)) continue;
      yield { ...step.value, index: index++, subsampling: '444', cb: neutral, cr: neutral };
    }
  } finally {
    await frames.return({ frames: 0, damage: 'none' });
  }
}
