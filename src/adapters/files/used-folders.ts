import { stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn, removePaths } from './folders.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Record that a folder is in use, by its own time: those of the files in it stay. */
export async function markUsed(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now).catch(() => undefined); // it may belong to another user
}

/** Remove the folders in a folder that were not used for so many days. */
export async function removeUnused(folder: string, days: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    const used = await stat(join(folder, name)).catch(() => undefined);
    if (used?.isDirectory() && Date.now() - used.mtimeMs > days * DAY) await removePaths(join(folder, name));
  }
}
