import { extname } from 'node:path';
import { isPrintfPattern } from '../adapters/ffmpeg/picture-sequence.ts';
import { pictureKind } from '../adapters/files/file-kind.ts';
import { kindOfSource } from '../adapters/files/find-sources.ts';
import { isFolder } from '../adapters/files/folders.ts';
import { seriesKind } from '../adapters/pictures/tiff-pages.ts';
import { KinemacolorError } from '../errors.ts';
import { isStillKind, SOURCE_NAMES, STILL_KINDS, stillKindOf } from '../media/film/still.ts';
import { namesPictures } from '../pipeline/pictures/colorize-to-pictures.ts';
import { defaultPictureOutput } from '../pipeline/run/result-name.ts';
import { containerNamed } from '../stages/encode/codecs.ts';

/** What `colorize` has to do: a film, a picture or many of both, decided once by the content of the files. */
export type Work =
  | { readonly kind: 'film'; readonly source: string; readonly output?: string | undefined }
  | { readonly kind: 'still'; readonly source: string; readonly output: string }
  | { readonly kind: 'sequence'; readonly source: string; readonly output: string }
  | { readonly kind: 'many'; readonly sources: readonly string[]; readonly output: string };

/**
 * Inspect the sources. `isSequence`: numbered pictures are one film, which a printf pattern and a film as the output say, too. Throws
 * `usage` where several sources, or a folder, are given without a folder for the results.
 */
export async function workOf(sources: readonly string[], output: string | undefined, isSequence: boolean): Promise<Work> {
  const [source = '', second] = sources;
  if (second === undefined && (isSequence || (await namesSequence(source, output)))) return sequenceWork(source, output);
  const toFolder = output !== undefined && (await isFolder(output));
  const series = second === undefined && !toFolder ? await seriesKind(source) : undefined;
  if (series === 'stack') return sequenceWork(source, output ?? defaultPictureOutput(source, '.tif'));
  if (second !== undefined && output === undefined && (await kindOfSource(second)) === 'missing')
    throw new KinemacolorError(
      'usage',
      `There is no file ${second}: a result is named with --output ("kinemacolor colorize ${source} -o ${second}").`,
    );
  const kind = second === undefined ? await kindOfSource(source) : 'many';
  if (kind === 'missing') return { kind: 'film', source, output };
  if (kind === 'file') return toFolder ? { kind: 'many', sources, output: output! } : workOn(source, output, series);
  if (output === undefined)
    throw new KinemacolorError('usage', 'Expected a folder for the results of many films or pictures; give it with --output.');
  return { kind: 'many', sources, output };
}

/** A folder or a pattern that is to become one film, or frames by their number. */
async function namesSequence(source: string, output: string | undefined): Promise<boolean> {
  const kind = await kindOfSource(source);
  if (kind === 'missing') return isPrintfPattern(source);
  return (
    kind !== 'file' && output !== undefined && (containerNamed(output) || namesPictures(output)) && !(await isFolder(output))
  );
}

function sequenceWork(source: string, output: string | undefined): Work {
  if (output !== undefined) return { kind: 'sequence', source, output };
  throw new KinemacolorError(
    'usage',
    `Expected a film to write for the numbered pictures ${source}; name it with --output (colour.mkv).`,
  );
}

async function workOn(source: string, output: string | undefined, series: 'animation' | undefined): Promise<Work> {
  const picture = await pictureKind(source);
  if (picture && series !== 'animation') {
    const ending = isStillKind(picture) ? STILL_KINDS[picture].endings[0]! : '.png';
    return { kind: 'still', source, output: output ?? defaultPictureOutput(source, ending) };
  }
  const meant = stillKindOf(extname(source)) && stillKindOf(extname(output ?? ''));
  if (!meant && output !== undefined && stillKindOf(extname(output)) && !namesPictures(output))
    throw new KinemacolorError(
      'usage',
      `${output} is a picture, but ${source} is none that is read (${SOURCE_NAMES}); a film becomes a film (colour.mkv) or numbered pictures (c_%05d.png).`,
    );
  return meant ? { kind: 'still', source, output: output! } : { kind: 'film', source, output };
}
