import { lstat, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from './folders.ts';
import { saveFile } from './save-file.ts';

/** Permissions of a private folder, of a file in it, and those of everybody but the owner. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const OTHERS = 0o077;

/** Write a text that only its owner may read, in a folder that only its owner may open. Throws `output`. */
export async function savePrivate(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path), { mode: FOLDER_MODE });
  await saveFile(path, text, { mode: FILE_MODE });
}

/**
 * Read a text that `savePrivate` wrote. `maxAge`: in milliseconds. undefined where it is missing or older, where others may read
 * it or its folder, or where it is a link or has a second name.
 */
export async function readPrivate(path: string, maxAge: number): Promise<string | undefined> {
  const [folder, file] = await Promise.all([dirname(path), path].map(one => lstat(one).catch(() => undefined)));
  if (!folder?.isDirectory() || !file?.isFile() || file.nlink !== 1) return undefined;
  if (process.platform !== 'win32' && ((folder.mode | file.mode) & OTHERS) !== 0) return undefined;
  if (Date.now() - file.mtimeMs > maxAge) return undefined;
  return readFile(path, 'utf8').catch(() => undefined);
}
