import { dirname, join, parse, resolve } from 'node:path';
import type { ArgumentsCamelCase } from 'yargs';
import { isPrintfPattern, namesSeveral } from '../../adapters/ffmpeg/picture-sequence.ts';
import { kindOfSource } from '../../adapters/files/find-sources.ts';
import { isS3Address } from '../../adapters/object-store/s3-address.ts';
import { seriesKind } from '../../adapters/pictures/tiff-pages.ts';
import { KinemacolorError } from '../../errors.ts';
import { stillKindOf } from '../../media/film/still.ts';
import { findPictures, joinPictures } from '../../pipeline/pictures/joined-film.ts';
import { fetchedFilm } from '../../pipeline/plan/film-here.ts';
import type { CommandContext } from '../terminal/run-command.ts';
import { readAudio } from './flags.ts';

/** What a command takes for a film. */
export const FILM_SOURCE = {
  type: 'string',
  describe: 'the black-and-white film; or pictures that are one: a TIFF of several pages, scan_%05d.tif, "scan_*.dpx", a folder',
} as const;

/** Throws `usage` where options of pictures that become a film are given with another source. */
export function refuseSequenceOptions(argv: ArgumentsCamelCase): void {
  const option = argv.fps !== undefined ? 'fps' : readAudio(argv.audio).file !== undefined ? 'audio FILE' : undefined;
  if (option)
    throw new KinemacolorError(
      'usage',
      `The option --${option} is about numbered pictures, and the source has its own; leave it out.`,
    );
}

/** As `filmFrom`, and of a film in S3 its copy on this machine. */
export async function filmToPlan(source: string, argv: ArgumentsCamelCase, context: CommandContext): Promise<string> {
  if (!isS3Address(source)) return filmFrom(source, argv, context);
  const { display, interruption } = context;
  const { onProgress } = display;
  return fetchedFilm(source, { cache: argv.cache as string | undefined, signal: interruption.stopAfterShot, onProgress });
}

/** Throws `usage` where a film in S3, beside which nothing is written, has no output. */
export function assertOutputOf(sources: readonly string[], output: unknown): void {
  const [film] = sources.filter(isS3Address);
  if (film === undefined || output !== undefined) return;
  throw new KinemacolorError('usage', `Expected --output, since ${film} is in S3; received none.`);
}

async function arePictures(source: string): Promise<boolean> {
  const kind = await kindOfSource(source);
  if (kind === 'file') return (await seriesKind(source)) === 'stack';
  return kind === 'missing' ? isPrintfPattern(source) : true;
}

/**
 * The film that a command works on: its source; or, where that is pictures, what they are joined into beside them, once
 * (`scan.joined.mkv`). Throws `usage` where options of pictures are given with a film.
 */
export async function filmFrom(source: string, argv: ArgumentsCamelCase, context: CommandContext): Promise<string> {
  const [film] = await filmsFrom([source], argv, context);
  return film!;
}

/** The same for several sources, of which any may be missing and at least one is pictures where options of pictures are given. */
export async function filmsFrom(
  sources: readonly (string | undefined)[],
  argv: ArgumentsCamelCase,
  context: CommandContext,
): Promise<(string | undefined)[]> {
  const given = await Promise.all(sources.map(async source => source !== undefined && (await arePictures(source))));
  if (!given.includes(true)) refuseSequenceOptions(argv);
  const films: (string | undefined)[] = [];
  for (const [i, source] of sources.entries()) films.push(given[i] ? await joined(source!, argv, context) : source);
  return films;
}

/** The film that pictures are joined into, beside them. */
async function joined(source: string, argv: ArgumentsCamelCase, { display, interruption }: CommandContext): Promise<string> {
  const [rate, audio] = [argv.fps as string | undefined, readAudio(argv.audio).file];
  const pictures = await findPictures(source);
  const film = joinedBeside(source);
  const { onProgress } = display;
  await joinPictures(pictures, film, { rate, audio, signal: interruption.stopAfterShot, onProgress });
  display.say(`${film}: ${pictures.numbers.length} pictures joined`);
  return film;
}

/** `scans/scan_%05d.tif` becomes `scans/scan.joined.mkv`; a folder's film lies beside it. */
export function joinedBeside(source: string): string {
  const { dir, name, base, ext } = parse(source);
  const whole = stillKindOf(ext) === 'tiff' ? name : base;
  const stem = namesSeveral(source) ? name.replace(/[\W_]*(?:%0?\d*d|[*?[{(]).*$/, '') : whole;
  return stem === '' ? `${resolve(dirname(source))}.joined.mkv` : join(dir, `${stem}.joined.mkv`);
}
