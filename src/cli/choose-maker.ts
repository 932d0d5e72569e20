import type { ArgumentsCamelCase } from 'yargs';
import { KinemacolorError } from '../errors.ts';
import { colorizePiped } from '../pipeline/film/colorize-piped.ts';
import { colorizeSequence } from '../pipeline/film/colorize-sequence.ts';
import { colorizeToPictures, namesPictures } from '../pipeline/film/colorize-to-pictures.ts';
import { colorizeVideo } from '../pipeline/film/colorize-video.ts';
import { readAudio } from './arguments/flags.ts';
import { PIPE } from './arguments/understand-arguments.ts';

/** Options of numbered pictures that become a film. Throws `usage` where they are given with another source. */
export function refuseSequenceOptions(argv: ArgumentsCamelCase): void {
  const option = argv.fps !== undefined ? 'fps' : readAudio(argv.audio).file !== undefined ? 'audio FILE' : undefined;
  if (option)
    throw new KinemacolorError(
      'usage',
      `The option --${option} is about numbered pictures, and the source has its own; leave it out.`,
    );
}

/** What makes this output of this kind of source: a film, numbered pictures, or a stream. Throws `usage` where nothing does. */
export function makerOf(
  sourceKind: 'film' | 'sequence',
  output: string,
  { fps, audio, json }: ArgumentsCamelCase,
): typeof colorizeVideo {
  if (output === PIPE) checkStandardOutput(sourceKind, json);
  const own = { rate: fps as string | undefined, audio: readAudio(audio).file };
  if (namesPictures(output))
    return (source, path, options) => colorizeToPictures(source, path, { ...options, ...own, sourceKind });
  if (sourceKind === 'film') return colorizeFilmOrPipe;
  return (source, path, options) => colorizeSequence(source, path, { ...options, ...own });
}

const colorizeFilmOrPipe: typeof colorizeVideo = (source, output, options) => {
  if (source !== PIPE && output !== PIPE) return colorizeVideo(source, output, options);
  return colorizePiped(source === PIPE ? process.stdin : source, output === PIPE ? process.stdout : output, options);
};

function checkStandardOutput(sourceKind: 'film' | 'sequence', json: unknown): void {
  const obstacle =
    (sourceKind === 'sequence' && 'numbered pictures are coloured into a film') ||
    (json === true && 'the events of --json are written there') ||
    (process.stdout.isTTY === true && 'it is a terminal');
  if (obstacle)
    throw new KinemacolorError('usage', `Standard output cannot get y4m, since ${obstacle}; name the result with --output.`);
}
