import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative, resolve, sep } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { KinemacolorError } from '../../errors.ts';
import { namesStill } from '../../media/film/still.ts';
import { pictureKind } from './file-kind.ts';
import { whyAbsent } from './read-input.ts';

/** A film or a picture to be coloured, and its name relative to what was given. */
export interface FoundSource {
  /** Absolute. */
  readonly path: string;
  /** `a.png`; below a pattern's fixed part with its subfolders: `reel 1/a.png`. */
  readonly name: string;
  readonly kind: 'film' | 'picture';
}

/** Extensions by which films are found in folders and by patterns. A film that is named itself may have any other. */
const FILM_ENDINGS = new Set(
  `.mkv .mp4 .m4v .mov .avi .mxf .mpg .mpeg .vob .ts .m2ts .mts .m2v .webm .ogv .wmv .asf .flv .dv .gxf .3gp .mjpeg .mjpg .y4m .nut`.split(
    ' ',
  ),
);

/** A GIF that is no still is a film. */
const ANIMATED = /\.gif$/i;

/** Is it a file, a folder or a pattern? A path that exists is not a pattern, even if it contains brackets. */
export async function kindOfSource(source: string): Promise<'file' | 'folder' | 'pattern' | 'missing'> {
  const found = await stat(source).catch(() => undefined);
  if (found) return found.isDirectory() ? 'folder' : 'file';
  return isDynamicPattern(source) ? 'pattern' : 'missing';
}

/**
 * The films and pictures named by files, folders and patterns (`scans/**\/*.tif`), sorted by name, each once. A folder stands for
 * what lies in it, not for its subfolders; a pattern keeps the subfolders below its fixed part. Both match only names with a
 * film's or a picture's extension; hidden files and files in `results` are skipped. Throws `source` where there is none.
 */
export async function findSources(sources: readonly string[], results: string): Promise<FoundSource[]> {
  const found = (await Promise.all(sources.map(source => namedBy(source, results)))).flat();
  const byPath = new Map(found.map(one => [one.path, one]));
  const sorted = [...byPath.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return Promise.all(sorted.map(async one => ({ ...one, kind: await kindOfFile(one.path) })));
}

/** What a file is, by its content; what cannot be recognised is what its name says. */
async function kindOfFile(path: string): Promise<FoundSource['kind']> {
  return (await pictureKind(path)) || (namesStill(extname(path)) && !ANIMATED.test(path)) ? 'picture' : 'film';
}

type NamedFile = Omit<FoundSource, 'kind'>;

async function namedBy(source: string, results: string): Promise<NamedFile[]> {
  const kind = await kindOfSource(source);
  if (kind === 'missing') {
    const why = await stat(source).then(
      () => 'it was not there a moment ago',
      cause => whyAbsent(source, cause),
    );
    throw new KinemacolorError('source', `Expected a film, a picture, a folder or a pattern at ${source}, but ${why}.`);
  }
  if (kind === 'file') return [{ path: resolve(source), name: basename(source) }];
  const named = kind === 'folder' ? await inFolder(source) : await matching(source, resolve(results));
  const wanted = named.filter(({ path }) => namesStill(extname(path)) || FILM_ENDINGS.has(extname(path).toLowerCase()));
  if (wanted.length > 0) return wanted;
  const what = kind === 'folder' ? 'it is a folder without any' : 'nothing matches';
  throw new KinemacolorError('source', `Expected films or pictures at ${source}, but ${what}.`);
}

async function inFolder(folder: string): Promise<NamedFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(cause => {
    throw new KinemacolorError('source', `The folder ${folder} cannot be read: ${(cause as Error).message}.`, { cause });
  });
  const names = entries.filter(entry => !entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  return names.map(name => ({ path: resolve(join(folder, name)), name }));
}

/** Files in `results` are skipped where it lies below the pattern's fixed part. */
async function matching(pattern: string, results: string): Promise<NamedFile[]> {
  const paths = await glob(pattern, { absolute: true, onlyFiles: true, expandDirectories: false });
  const parts = pattern.split('/');
  const fixed = parts
    .slice(
      0,
      parts.findIndex(part => isDynamicPattern(part)),
    )
    .join('/');
  const base = resolve(fixed === '' && pattern.startsWith('/') ? '/' : fixed);
  const found = paths.map(path => ({ path: resolve(path), name: relative(base, resolve(path)) }));
  return results === base ? found : found.filter(({ path }) => !path.startsWith(results + sep));
}
