import { chmod, lstat, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writing } from '../../system-errors.ts';

/**
 * Make a folder, with those above it, where it is missing. `mode`: its permissions, also where it exists. `remedy`: what to do
 * where the answer is another path. Throws `output`.
 */
export async function makeFolder(folder: string, options: { mode?: number; remedy?: string } = {}): Promise<void> {
  const { mode, remedy } = options;
  const make = async () => {
    await ensureFolder(folder, mode);
    if (mode !== undefined) await chmod(folder, mode);
  };
  await writing(folder, make, remedy);
}

/**
 * As `makeFolder`, but rejects with the system's error. Node's own recursive mkdir never ends where a file system refuses to make
 * a folder as if the one above it were missing, as /proc does.
 */
export async function ensureFolder(path: string, mode?: number): Promise<void> {
  try {
    await makeOne(path, mode);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw cause;
    await ensureFolder(dirname(path), mode);
    await makeOne(path, mode);
  }
}

async function makeOne(path: string, mode: number | undefined): Promise<void> {
  try {
    await mkdir(path, mode);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw cause;
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) return;
    // Removed by another process meanwhile: the next write there will report it.
    const removed = code === 'EEXIST' && (await lstat(path).catch(() => undefined)) === undefined;
    if (!removed) throw cause;
  }
}

/** Names of the files and folders in a folder; empty where it is missing or cannot be read. */
export async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Is there a folder at this path? */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** Remove files, or folders with all that they hold. What is missing or cannot be removed is left: it does no harm. */
export async function removePaths(...paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map(path => rm(path, { recursive: true, force: true }).catch(() => undefined)));
}

/**
 * Remove the files of a folder that `which` chooses by their names, knowing the names of all. Folders stay. A folder that is
 * missing holds no files. Rejects with the first system error, after it has removed what it can.
 */
export async function removeFilesIn(folder: string, which: (name: string, names: readonly string[]) => boolean): Promise<void> {
  const names = await readdir(folder).catch(cause => {
    if (cause.code === 'ENOENT') return [];
    throw cause;
  });
  const chosen = names.filter(name => which(name, names));
  const outcomes = await Promise.allSettled(chosen.map(name => rm(join(folder, name), { force: true })));
  const failure = outcomes.find(one => one.status === 'rejected' && one.reason.code !== 'ERR_FS_EISDIR');
  if (failure?.status === 'rejected') throw failure.reason;
}
