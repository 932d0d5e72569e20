import { resolve } from 'node:path';
import { removePaths } from '../../adapters/files/folders.ts';
import { KinemacolorError } from '../../errors.ts';
import { eitherOf, guarded } from '../../pending.ts';
import type { OnProgress } from '../../progress.ts';
import { containerOf } from '../../stages/encode/codecs.ts';
import { type ColorizeOptions, colorizeVideo } from '../film/colorize-video.ts';
import { checkRate } from '../run/check-rate.ts';
import type { RunReport } from '../run/shot-report.ts';
import { DEFAULT_RATE, filesOf, findPictures, joinPictures } from './joined-film.ts';

/** Options of `colorizeSequence`. */
export interface SequenceOptions extends ColorizeOptions {
  /** Frames a second, `16` or `24000/1001`; default: 24. */
  readonly rate?: string | undefined;
  /** A file whose sound is laid beside the pictures. */
  readonly audio?: string | undefined;
  /** What to do at the end with the film that the pictures were joined into: `remove` (default, unless the shots are kept), or `keep`. */
  readonly joined?: 'remove' | 'keep' | undefined;
}

/**
 * Colour pictures as one film: the pages of a TIFF, or numbered pictures (TIFF, PNG, DPX, EXR, ...). `source`: a TIFF, a folder,
 * `scan_%05d.tif` or `scan_*.tif`. They are joined without loss into `<output>.source.mkv`, which is coloured as any film and then
 * removed (kept with `shots: 'keep'`). Missing numbers are reported; the frame before them is held for their time. Throws as
 * `colorizeVideo`.
 */
export function colorizeSequence(source: string, output: string, options: SequenceOptions = {}): Promise<RunReport> {
  return guarded(colorizePictures(source, output, options));
}

/** Where the pictures of a sequence are joined for a run with this output. */
export const joinedFilm = (output: string): string => `${resolve(output)}.source.mkv`;

async function colorizePictures(source: string, output: string, options: SequenceOptions): Promise<RunReport> {
  const { rate = DEFAULT_RATE, audio, joined, ...rest } = options;
  checkRate(rate);
  containerOf(output);
  const pictures = await findPictures(source);
  const film = joinedFilm(output);
  await joinPictures(pictures, film, { ...options, signal: eitherOf(options.signal, options.stopAfterShot) });
  const frames = pictures.numbers.at(-1)! - pictures.numbers[0]! + 1;
  const onProgress: OnProgress = event =>
    options.onProgress?.(event.type === 'source' ? { ...event, path: resolve(source), frames } : event);
  try {
    const report = await colorizeVideo(film, output, {
      ...rest,
      onProgress,
      reads: [...filesOf(pictures, audio), ...(options.reads ?? [])],
    });
    if (options.shots !== 'keep' && joined !== 'keep') await removePaths(film);
    return report;
  } catch (cause) {
    const interrupted = cause instanceof KinemacolorError && cause.kind === 'interrupted';
    if (!interrupted) await removePaths(film); // what the same call would join again
    throw cause;
  }
}
