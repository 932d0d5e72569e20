import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { type RawPicture, rawVideo } from '../../adapters/ffmpeg/raw-video.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { type Film, startSeconds } from '../../media/film/film.ts';
import type { PictureFormat } from '../../media/film/frame.ts';
import { toSeconds } from '../../media/film/time.ts';
import { frameClock } from '../decode/frame-clock.ts';
import { inOrder } from '../decode/in-order.ts';
import { seekNear } from '../decode/seek-near.ts';
import { smallGray } from './survey.ts';

/** A small picture of a film: 8-bit gray, black 0, white 255. `seconds`: its time in the film. */
export interface ScannedFrame {
  readonly seconds: number;
  readonly gray: Plane<Uint8Array>;
}

export interface ScanOptions {
  /** Size of the small picture. */
  readonly width: number;
  readonly height: number;
  /** Number of pictures if the film is sampled instead of scanned. */
  readonly samples: number;
  readonly signal?: AbortSignal | undefined;
}

/** If this many entry points are close together, every frame is one, and decoding entry points only saves nothing. */
const DENSE_ENTRIES = 12;
/** Maximum distance of close entry points, in frames. */
const NEAR = 2.5;
/** Skips everything but entry points in the demuxer, if the container marks them, and in the decoder. */
const ENTRIES_ALONE = ['-discard', 'nokey', '-skip_frame', 'nokey'];
/** Concurrent seeks. Each is an ffmpeg process that spends most of its time starting. */
const SEEKS_AHEAD = 2;

/** Format of the small pictures, which show the film's window already. */
export function scanFormat(film: Film, { width, height }: { width: number; height: number }): PictureFormat {
  return { ...film.format, width, height, depth: 8, range: 'full', window: undefined };
}

/**
 * Scans a film without decoding it all: only entry points (keyframes of the codec) are decoded, which encoders place at most
 * cuts. If every frame is one, seeks to `samples` evenly spaced frames instead. In order of time.
 */
export async function* scanFilm(film: Film, ffmpeg: Ffmpeg, options: ScanOptions): AsyncGenerator<ScannedFrame> {
  const begin: ScannedFrame[] = [];
  const near = (NEAR * film.averageRate.den) / film.averageRate.num;
  const entries = decoded(film, ffmpeg, options, ENTRIES_ALONE);
  let dense = false;
  try {
    for await (const frame of entries) {
      if (begin.length > DENSE_ENTRIES) {
        yield frame;
        continue;
      }
      begin.push(frame);
      if (begin.length <= DENSE_ENTRIES) continue;
      dense = frame.seconds - begin[0]!.seconds < near * DENSE_ENTRIES;
      if (dense && canSample(film)) break;
      yield* begin;
    }
  } finally {
    await entries.return(undefined);
  }
  if (begin.length <= DENSE_ENTRIES) yield* begin;
  else if (dense && canSample(film)) yield* sampleFilm(film, ffmpeg, options, film.statedSeconds!);
}

/** Whether positions can be sought by time. With a discontinuous clock the same time occurs twice. */
const canSample = ({ statedSeconds, stretches }: Film) => statedSeconds !== undefined && stretches.length === 0;

/** One frame in or near the middle of each of `samples` equal parts of a film of `seconds`. In order of time. */
export async function* sampleFilm(
  film: Film,
  ffmpeg: Ffmpeg,
  options: ScanOptions,
  seconds: number,
): AsyncGenerator<ScannedFrame> {
  const first = Math.max(0, startSeconds(film));
  const apart = seconds / options.samples;
  const places = Array.from({ length: options.samples }, (_, i) => first + (i + 0.5) * apart);
  const frames = inOrder(
    (async function* () {
      yield* places;
    })(),
    SEEKS_AHEAD,
    async place => {
      for await (const frame of decoded(film, ffmpeg, options, seekNear(place, apart))) return frame;
      return undefined;
    },
  );
  for await (const frame of frames) if (frame) yield frame;
}

async function* decoded(
  film: Film,
  ffmpeg: Ffmpeg,
  { width, height, signal }: ScanOptions,
  inputArgs: readonly string[],
): AsyncGenerator<ScannedFrame> {
  const { timebase } = film.format;
  const clock = frameClock(film);
  const job = { ...smallGray(film, { width, height }), inputArgs };
  for await (const { ticks, data } of rawVideo(ffmpeg, job, signal) as AsyncIterable<RawPicture>) {
    if (ticks === undefined) continue;
    const seconds = toSeconds({ ticks: clock.next(ticks), timebase });
    yield { seconds, gray: { width, height, data: new Uint8Array(data) } };
  }
}
