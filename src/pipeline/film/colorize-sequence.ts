import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { findSequence, joinSequence, type PictureSequence } from '../../adapters/ffmpeg/picture-sequence.ts';
import { contentState, sizeOf } from '../../adapters/files/file-facts.ts';
import { removePaths } from '../../adapters/files/folders.ts';
import { createPart } from '../../adapters/files/parts.ts';
import { commitPart } from '../../adapters/files/save-file.ts';
import { KinemacolorError } from '../../errors.ts';
import { rangesOf } from '../../media/plan/shot-ranges.ts';
import { eitherOf, guarded } from '../../pending.ts';
import { containerOf } from '../../stages/encode/codecs.ts';
import { fingerprintOfJoined, joinedStatement } from '../../stages/remux/provenance.ts';
import { writing } from '../../system-errors.ts';
import type { RunReport } from '../run/shot-report.ts';
import { type ColorizeOptions, colorizeVideo } from './colorize-video.ts';

/** Options of `colorizeSequence`. */
export interface SequenceOptions extends ColorizeOptions {
  /** Frames a second, `16` or `24000/1001`; default: 24. */
  readonly rate?: string | undefined;
  /** A file whose sound is laid beside the pictures. */
  readonly audio?: string | undefined;
}

const RATE = /^(\d{1,3}(?:\.\d{1,6})?|\d{1,6}\/\d{1,6})$/;

/**
 * Colour numbered pictures (TIFF, PNG, DPX, EXR, ...) as one film. `source`: a folder, `scan_%05d.tif` or `scan_*.tif`. They are joined
 * without loss into `<output>.source.mkv`, which is coloured as any film and then removed (kept with `shots: 'keep'`). Missing numbers
 * are reported; the pictures after them follow at once. Throws as `colorizeVideo`.
 */
export function colorizeSequence(source: string, output: string, options: SequenceOptions = {}): Promise<RunReport> {
  return guarded(colorizePictures(source, output, options));
}

/** Where the pictures of a sequence are joined for a run with this output. */
export const joinedFilm = (output: string): string => `${resolve(output)}.source.mkv`;

async function colorizePictures(source: string, output: string, options: SequenceOptions): Promise<RunReport> {
  const { onProgress, rate = '24', audio, ...rest } = options;
  if (!RATE.test(rate) || Number.parseFloat(rate) === 0)
    throw new KinemacolorError('usage', `Expected frames a second as 24 or 24000/1001 (--fps), received "${rate}".`);
  containerOf(output);
  const sequence = await findSequence(source);
  if (sequence.gaps.length > 0) onProgress?.({ type: 'warning', message: gapRemark(sequence) });
  const film = joinedFilm(output);
  await makeFilm(film, sequence, { ...options, rate });
  const report = await colorizeVideo(film, output, { ...rest, onProgress, reads: [...sequence.paths, ...(options.reads ?? [])] });
  if (options.shots !== 'keep') await removePaths(film);
  return report;
}

/** Join the pictures, unless an interrupted run has done it already. */
async function makeFilm(
  film: string,
  sequence: PictureSequence,
  { rate, audio, signal, stopAfterShot }: SequenceOptions & { readonly rate: string },
): Promise<void> {
  const ffmpeg = await locateFfmpeg();
  const states = await Promise.all([...sequence.paths, ...(audio === undefined ? [] : [audio])].map(contentState));
  if (audio !== undefined && states.at(-1) === undefined)
    throw new KinemacolorError('source', `Expected sound at ${audio} (--audio), but there is no such file.`);
  const fingerprint = createHash('sha256')
    .update([rate, ...states].join('\n'))
    .digest('hex');
  const exists = (await sizeOf(film)) !== undefined;
  const found = exists ? await fingerprintOfJoined(film, ffmpeg) : undefined;
  if (found === fingerprint) return;
  if (exists && found === undefined)
    throw new KinemacolorError('output', `${film} exists and was not made by Kinemacolor; move it, or choose another --output.`);
  const part = await writing(film, () => createPart(dirname(film)));
  try {
    const stop = eitherOf(signal, stopAfterShot);
    await joinSequence(sequence, { rate, audio, comment: joinedStatement(fingerprint), output: part, signal: stop }, ffmpeg);
    await commitPart(part, film);
  } finally {
    await removePaths(part);
  }
}

/** Runs of missing numbers that are listed. */
const LISTED = 5;

function gapRemark({ source, gaps }: PictureSequence): string {
  const runs = rangesOf(gaps);
  const listed = runs.slice(0, LISTED).map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`));
  const more = runs.length > LISTED ? ` and ${runs.length - LISTED} more gaps` : '';
  return `${source} lacks ${gaps.length} pictures (${listed.join(', ')}${more}); those after them follow at once.`;
}
