import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { type Ffmpeg, locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import {
  type RawPictures,
  type RawVideoTarget,
  savePipedVideo,
  saveRawVideo,
  sendVideo,
} from '../../adapters/ffmpeg/pipe-video.ts';
import { removePaths } from '../../adapters/files/folders.ts';
import { createPartFolder } from '../../adapters/files/parts.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import { eitherOf, guarded } from '../../pending.ts';
import type { OnProgress } from '../../progress.ts';
import { probeFilm } from '../../stages/probe/probe.ts';
import { writing } from '../../system-errors.ts';
import { checkRate } from '../run/check-rate.ts';
import type { RunReport } from '../run/shot-report.ts';
import { type ColorizeOptions, colorizeVideo } from './colorize-video.ts';

/** What the result is called in events and in the report. */
const STREAM = 'standard output';

/** A film's path, or a stream of y4m or raw pictures. */
export type PipedSource = string | Readable;
/** A path for the film in colour, or a stream that gets its pictures as y4m. */
export type PipedOutput = string | Writable;

/** Options of `colorizePiped`. */
export interface PipedOptions extends ColorizeOptions {
  /** What comes in is raw pictures without a header; default: y4m. */
  readonly raw?: RawPictures | undefined;
}

/**
 * As `colorizeVideo`, with streams in place of one or both files, for VapourSynth and ffmpeg: y4m, or raw pictures in. A film is read
 * twice, so what comes in is kept, without loss, beside the output (or in the folder for temporary files, TMPDIR) until the end. No
 * stream holds sound. Throws as `colorizeVideo`.
 */
export function colorizePiped(source: PipedSource, output: PipedOutput, options: PipedOptions = {}): Promise<RunReport> {
  return guarded(colorizeThrough(source, output, options));
}

async function colorizeThrough(source: PipedSource, output: PipedOutput, { raw, ...options }: PipedOptions): Promise<RunReport> {
  const { signal, stopAfterShot, settings } = options;
  const sends = typeof output !== 'string';
  if (sends && settings?.codec !== undefined)
    throw new KinemacolorError('usage', 'Standard output gets y4m, which has no codec; leave --codec out.');
  const ffmpeg = await locateFfmpeg();
  const place = sends ? tmpdir() : dirname(resolve(output));
  const folder = await writing(
    place,
    () => createPartFolder(place),
    sends ? 'set TMPDIR to another folder for temporary files' : 'choose another --output',
  );
  try {
    const film = typeof source === 'string' ? resolve(source) : join(folder, 'input.mkv');
    const stop = eitherOf(signal, stopAfterShot);
    const save = (stream: Readable) =>
      raw ? saveRaw(stream, raw, { path: film, signal: stop }, ffmpeg) : savePipedVideo(stream, film, ffmpeg, stop);
    const piped = typeof source === 'string' ? undefined : await save(source);
    if (!sends) return await colorizeVideo(film, output, options);
    const result = join(folder, 'output.mkv');
    const onProgress: OnProgress = event => options.onProgress?.(event.type === 'done' ? { ...event, path: STREAM } : event);
    const report = await colorizeVideo(film, result, { ...options, onProgress, settings: { ...settings, codec: 'ffv1' } });
    const rate = piped ?? rateOf(await probeFilm(film, ffmpeg, stop));
    await sendVideo({ path: result, rate }, output, ffmpeg, signal);
    return { ...report, output: STREAM };
  } finally {
    await removePaths(folder);
  }
}

/** Returns the rate, as `savePipedVideo` does. */
async function saveRaw(stream: Readable, raw: RawPictures, target: RawVideoTarget, ffmpeg: Ffmpeg): Promise<string> {
  checkRate(raw.rate);
  await saveRawVideo(stream, raw, target, ffmpeg);
  return raw.rate;
}

function rateOf({ averageRate: { num, den } }: Film): string {
  return `${num}/${den}`;
}
