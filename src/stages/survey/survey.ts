import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { type RawVideoJob, rawVideo, type SideOutput } from '../../adapters/ffmpeg/raw-video.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { Film } from '../../media/film/film.ts';
import { type DecodeEnd, decodeEnd } from '../decode/decode-end.ts';
import { frameClock } from '../decode/frame-clock.ts';
import { windowFilters } from '../decode/luma-window.ts';
import { jumpFaults } from '../probe/clock-stretches.ts';

/** A small picture of each frame: 8-bit gray, area-averaged. */
export interface SurveyFrame {
  readonly index: number;
  readonly ticks: number;
  readonly gray: Plane<Uint8Array>;
  /** Coded size, if a decoder stated it. May change in mid-film. */
  readonly coded?: { readonly width: number; readonly height: number };
}

export interface SurveyOptions {
  /** Size of the small picture, in samples. */
  readonly width: number;
  readonly height: number;
  /** Extra outputs of the same decoding. */
  readonly sideOutputs?: readonly SideOutput[] | undefined;
  /** Called for each of ffmpeg's error messages, also if the survey is left before the film's end. */
  readonly onFault?: ((message: string) => void) | undefined;
  /** Called once for each kind of side data in the picture stream. */
  readonly onSideData?: RawVideoJob['onSideData'];
  readonly signal?: AbortSignal;
}

/**
 * Decodes the whole film once at small size, for planning. Gray is 0 at black and 255 at white for any depth and range: suitable
 * for comparing frames, but not the film's luma. Ticks, damage and errors are as in `decodeFrames`.
 */
export async function* surveyFrames(
  film: Film,
  ffmpeg: Ffmpeg,
  { width, height, sideOutputs, onFault, onSideData, signal }: SurveyOptions,
): AsyncGenerator<SurveyFrame, DecodeEnd> {
  const clock = frameClock(film);
  const job = { ...smallGray(film, { width, height }), inputArgs: SKIP_DEBLOCKING, sideOutputs, onFault, onSideData };
  const pictures = rawVideo(ffmpeg, job, signal);
  try {
    for (let index = 0; ; index++) {
      const step = await pictures.next();
      if (step.done) return decodeEnd(film, clock, { frames: index, errors: step.value.errors });
      const { ticks, coded, data } = step.value;
      yield { index, ticks: clock.next(ticks), coded, gray: { width, height, data: new Uint8Array(data) } };
    }
  } finally {
    await pictures.return({ pictures: 0, errors: [] });
  }
}

/**
 * Skips deblocking of pictures that no other depends on. One small sample in a hundred is off by one level; the others are equal.
 */
const SKIP_DEBLOCKING = ['-skip_loop_filter', 'noref'];

/** Decoder arguments for small pictures: 8-bit gray, black 0, white 255, area-averaged. */
export function smallGray(film: Film, { width, height }: { width: number; height: number }): RawVideoJob {
  return {
    path: film.path,
    stream: film.videoStream,
    isHarmless: jumpFaults(film),
    timebase: film.format.timebase,
    filter: `${windowFilters(film)}scale=${width}:${height}:flags=area+bitexact,format=gray`,
    pixelFormat: 'gray',
    pictureBytes: width * height,
    keptBytes: width * height,
  };
}
