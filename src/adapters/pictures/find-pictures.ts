import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative, resolve, sep } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { KinemacolorError } from '../../errors.ts';
import { stillKindOf } from '../../media/film/still.ts';
import { whyAbsent } from '../files/read-input.ts';

/** A picture, and the name of its result relative to the folder of results. */
export interface FoundPicture {
  readonly path: string;
  readonly name: string;
}

/** Is it a file, a folder or a pattern? A path that exists is not a pattern, even if it contains brackets. */
export async function kindOfSource(source: string): Promise<'file' | 'folder' | 'pattern' | 'missing'> {
  const found = await stat(source).catch(() => undefined);
  if (found) return found.isDirectory() ? 'folder' : 'file';
  return isDynamicPattern(source) ? 'pattern' : 'missing';
}

/**
 * The pictures named by files, folders and patterns (`scans/**\/*.tif`), sorted. A folder stands for its own pictures, not for
 * those in its subfolders; a pattern keeps the subfolders below its fixed part. Both match only names with a picture's
 * extension; hidden files and files in `results` are skipped. Throws `source` where there is none, `usage` where two results
 * would have the same name.
 */
export async function findPictures(sources: readonly string[], results: string): Promise<FoundPicture[]> {
  const found = (await Promise.all(sources.map(source => picturesOf(source, results)))).flat();
  const byPath = new Map(found.map(picture => [picture.path, picture]));
  const pictures = [...byPath.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const [i, { name, path }] of pictures.entries()) {
    const next = pictures[i + 1];
    if (next?.name === name)
      throw new KinemacolorError(
        'usage',
        `Expected pictures of different names, but ${path} and ${next.path} have the same; colour them apart.`,
      );
  }
  return pictures;
}

async function picturesOf(source: string, results: string): Promise<FoundPicture[]> {
  const kind = await kindOfSource(source);
  if (kind === 'missing') {
    const why = await stat(source).then(
      () => 'it was not there a moment ago',
      cause => whyAbsent(source, cause),
    );
    throw new KinemacolorError('source', `Expected a picture, a folder or a pattern at ${source}, but ${why}.`);
  }
  if (kind === 'file') return [{ path: resolve(source), name: basename(source) }];
  const named = kind === 'folder' ? await inFolder(source) : await matching(source, resolve(results));
  const pictures = named.filter(({ path }) => stillKindOf(extname(path)));
  if (pictures.length > 0) return pictures;
  const what = kind === 'folder' ? 'it is a folder without any' : 'nothing matches';
  throw new KinemacolorError('source', `Expected pictures (JPEG, PNG, WebP or TIFF) at ${source}, but ${what}.`);
}

async function inFolder(folder: string): Promise<FoundPicture[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(cause => {
    throw new KinemacolorError('source', `The folder ${folder} cannot be read: ${(cause as Error).message}.`, { cause });
  });
  const names = entries.filter(entry => !entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  return names.map(name => ({ path: resolve(join(folder, name)), name }));
}

/** Pictures in `results` are skipped where it lies below the pattern's fixed part. */
async function matching(pattern: string, results: string): Promise<FoundPicture[]> {
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
