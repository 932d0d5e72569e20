import { extname } from 'node:path';
import type { ArgumentsCamelCase } from 'yargs';
import type { RawPictures } from '../adapters/ffmpeg/pipe-video.ts';
import { KinemacolorError } from '../errors.ts';
import { stillKindOf } from '../media/film/still.ts';
import { colorizePiped, type PipedOptions } from '../pipeline/film/colorize-piped.ts';
import { colorizeVideo } from '../pipeline/film/colorize-video.ts';
import { colorizeSequence } from '../pipeline/pictures/colorize-sequence.ts';
import { colorizeToPictures, namesPictures } from '../pipeline/pictures/colorize-to-pictures.ts';
import type { RunReport } from '../pipeline/run/shot-report.ts';
import { readAudio } from './arguments/flags.ts';
import { isPage } from './arguments/report-place.ts';
import { PIPE } from './arguments/understand-arguments.ts';

/** Is this result pictures: numbered, or the pages of a TIFF, which pictures become? */
export const makesPictures = (sourceKind: 'film' | 'sequence', output: string): boolean =>
  namesPictures(output) || (sourceKind === 'sequence' && stillKindOf(extname(output)) === 'tiff');

/** What makes this output of this kind of source: a film, numbered pictures, or a stream. Throws `usage` where nothing does. */
export function makerOf(
  sourceKind: 'film' | 'sequence',
  output: string,
  raw: RawPictures | undefined,
  { fps, audio, json, report }: ArgumentsCamelCase,
): typeof colorizeVideo {
  if (output === PIPE) checkStandardOutput(sourceKind, json);
  const joined = isPage((report as string | undefined) ?? '') ? 'keep' : 'remove'; // a page compares with the source
  const own = { rate: fps as string | undefined, audio: readAudio(audio).file, joined } as const;
  if (makesPictures(sourceKind, output))
    return (source, path, options) => colorizeToPictures(source, path, { ...options, ...own, sourceKind });
  if (sourceKind === 'film') return (source, path, options) => colorizeFilmOrPipe(source, path, { ...options, raw });
  return (source, path, options) => colorizeSequence(source, path, { ...options, ...own });
}

function colorizeFilmOrPipe(source: string, output: string, { raw, ...options }: PipedOptions): Promise<RunReport> {
  if (source !== PIPE && output !== PIPE) return colorizeVideo(source, output, options);
  return colorizePiped(source === PIPE ? process.stdin : source, output === PIPE ? process.stdout : output, { ...options, raw });
}

function checkStandardOutput(sourceKind: 'film' | 'sequence', json: unknown): void {
  const obstacle =
    (sourceKind === 'sequence' && 'numbered pictures are coloured into a film') ||
    (json === true && 'the events of --json are written there') ||
    (process.stdout.isTTY === true && 'it is a terminal');
  if (obstacle)
    throw new KinemacolorError('usage', `Standard output cannot get y4m, since ${obstacle}; name the result with --output.`);
}
