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

/** A frame met on the way through a film, small: 8-bit gray, 0 at black, 255 at white. `seconds`: its time in the film. */
export interface ScannedFrame {
  readonly seconds: number;
  readonly gray: Plane<Uint8Array>;
}

export interface ScanOptions {
  /** Size of the small picture. */
  readonly width: number;
  readonly height: number;
  /** Places looked at where a film is not scanned but sampled. */
  readonly samples: number;
  readonly signal?: AbortSignal | undefined;
}

/** So many entry points as near as frames: in such a film every frame is one, and decoding them all is no shortcut. */
const DENSE_ENTRIES = 12;
/** Distance of entry points, in frames, up to which they count as near. */
const NEAR = 2.5;
/** What is no entry point is neither read, where the container says what is one, nor decoded. */
const ENTRIES_ALONE = ['-discard', 'nokey', '-skip_frame', 'nokey'];
/** Seeks under way at once: each is an ffmpeg that mostly starts. */
const SEEKS_AHEAD = 2;

/** The format of the small pictures of a film. */
export function scanFormat(film: Film, { width, height }: { width: number; height: number }): PictureFormat {
  return { ...film.format, width, height, depth: 8, range: 'full' };
}

/**
 * Look through a film without decoding it all: only the frames at which a decoder can begin are decoded, and encoders put one at most cuts.
 * Where every frame is such a frame, as many as `samples` frames are looked up, evenly spaced. In order of time.
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

/** Can places be looked up by their time? A clock that starts anew comes by the same time twice. */
const canSample = ({ statedSeconds, stretches }: Film) => statedSeconds !== undefined && stretches.length === 0;

/** One frame in or near the middle of each of `samples` equal parts of a film that lasts `seconds`. In order of time. */
export async function* sampleFilm(
  film: Film,
  ffmpeg: Ffmpeg,
  options: ScanOptions,
  seconds: number,
): AsyncGenerator<ScannedFrame> {
  const first = Math.max(0, startSeconds(film));
  const apart = seconds / options.samples;
  const places = Array.from({ length: options.samples }, (_, i) => first + (i + 0.5) * apart);
  const looks = inOrder(
    (async function* () {
      yield* places;
    })(),
    SEEKS_AHEAD,
    async place => {
      for await (const frame of decoded(film, ffmpeg, options, seekNear(place, apart))) return frame;
      return undefined;
    },
  );
  for await (const frame of looks) if (frame) yield frame;
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
