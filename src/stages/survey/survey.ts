import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { type BesideJob, type RawVideoJob, rawVideo } from '../../adapters/ffmpeg/raw-video.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { Film } from '../../media/film/film.ts';
import { type DecodeEnd, decodeEnd } from '../decode/decode-end.ts';
import { frameClock } from '../decode/frame-clock.ts';
import { jumpFaults } from '../probe/clock-stretches.ts';

/** A frame of the whole film, small: 8-bit gray, each sample the mean of the area it stands for. */
export interface SurveyFrame {
  readonly index: number;
  readonly ticks: number;
  readonly gray: Plane<Uint8Array>;
  /** Its size as it is coded, where a decoder gave it: not the film's where that changes in mid-film. */
  readonly coded?: { readonly width: number; readonly height: number };
}

export interface SurveyOptions {
  /** Size of the small picture, in samples. */
  readonly width: number;
  readonly height: number;
  /** Other pictures wanted of the same decoding. */
  readonly beside?: readonly BesideJob[] | undefined;
  /** Hears each complaint of ffmpeg's as it comes, also where the survey is left before the film's end. */
  readonly onFault?: ((message: string) => void) | undefined;
  /** Hears what else lies in the pictures' stream, once for each kind. */
  readonly onSideData?: RawVideoJob['onSideData'];
  readonly signal?: AbortSignal;
}

/**
 * Decode the whole film once, small, for planning. Gray is 0 at black and 255 at white whatever the film's depth and range: good for
 * comparing frames, but not the film's luma. Ticks are exactly those of decodeFrames; damage and errors are told as there.
 */
export async function* surveyFrames(
  film: Film,
  ffmpeg: Ffmpeg,
  { width, height, beside, onFault, onSideData, signal }: SurveyOptions,
): AsyncGenerator<SurveyFrame, DecodeEnd> {
  const clock = frameClock(film);
  const job = { ...smallGray(film, { width, height }), inputArgs: SKETCHILY, beside, onFault, onSideData };
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

/** Edges of blocks are left in pictures that no other leans on: one small sample in a hundred is off by one level, the others are the same. */
const SKETCHILY = ['-skip_loop_filter', 'noref'];

/** Decode small: 8-bit gray, 0 at black and 255 at white, each sample the mean of the area it stands for. */
export function smallGray(film: Film, { width, height }: { width: number; height: number }): RawVideoJob {
  return {
    path: film.path,
    stream: film.videoStream,
    excused: jumpFaults(film),
    timebase: film.format.timebase,
    filter: `scale=${width}:${height}:flags=area+bitexact,format=gray`,
    pixelFormat: 'gray',
    pictureBytes: width * height,
    keptBytes: width * height,
  };
}
