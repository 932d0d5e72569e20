import { link, lstat, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { cannotWrite, writeFailure, writing } from '../../system-errors.ts';
import type { OutputPlace } from './output-guard.ts';
import { createPart } from './parts.ts';

/**
 * Where to write: a file in one of this program's own folders, which is replaced; or a checked output path, which is checked
 * again.
 */
export type Target = string | OutputPlace;

/** The absolute path of a target. */
export function targetPath(to: Target): string {
  return resolve(typeof to === 'string' ? to : to.path);
}

/**
 * Write a whole file or nothing: write a temporary file in the same folder, flush it, rename it, flush the folder. Throws
 * `output`.
 */
export async function saveFile(
  to: Target,
  content: string | readonly Uint8Array[],
  options: { readonly mode?: number } = {},
): Promise<void> {
  const path = targetPath(to);
  const part = await writing(path, () => createPart(dirname(path), options.mode));
  try {
    await writing(path, () => writeFile(part, content));
    await commitPart(part, to);
  } finally {
    await rm(part, { force: true }).catch(() => undefined); // the first failure is the one to report
  }
}

/** As `saveFile`, but returns false and writes nothing where there is a file of that name already. */
export async function saveNewFile(path: string, content: string): Promise<boolean> {
  const part = await writing(path, () => createPart(dirname(path)));
  try {
    await writing(path, () => writeFile(part, content));
    return await publishPart(part, path);
  } finally {
    await rm(part, { force: true }).catch(() => undefined);
  }
}

/**
 * Flush a temporary file and give it its name unless that is taken: of any number of writers on any number of machines exactly
 * one is first. Returns false where another was; the temporary file is then left as it is. Throws `output`.
 */
export async function publishPart(part: string, path: string): Promise<boolean> {
  try {
    await flush(part).catch(cause => explainMissing(cause, path));
    const first = await takeFreeName(part, path);
    if (first) await flushFolder(dirname(path));
    return first;
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

/** Flush a temporary file and rename it to its path. Throws `output`. */
export async function commitPart(part: string, to: Target, writeRemedy?: string): Promise<void> {
  const path = targetPath(to);
  try {
    await flush(part).catch(cause => explainMissing(cause, path));
    if (typeof to === 'string') await rename(part, path);
    else if (!(await takeFreeName(part, path))) {
      await to.recheck();
      await rename(part, path);
    }
    await flushFolder(dirname(path));
  } catch (cause) {
    throw cannotWrite(path, cause, writeRemedy);
  }
}

function explainMissing(cause: unknown, path: string): never {
  if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  throw writeFailure(path, 'its temporary file was removed during the work; run the same command again', cause);
}

/**
 * Rename a file to a free name by a hard link, because a plain rename would replace an existing file. Returns false where the
 * name is taken.
 */
async function takeFreeName(part: string, path: string): Promise<boolean> {
  try {
    await link(part, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    if (await lstat(path).catch(() => undefined)) return false;
    await rename(part, path); // a file system without hard links
    return true;
  }
  await rm(part, { force: true }).catch(() => undefined); // the file has its name; its other one is removed again by who made it
  return true;
}

/** Flush a file's data to disk. */
export async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flush a folder, so that a new name survives a power failure. Not every system supports it. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close().catch(() => undefined);
}
