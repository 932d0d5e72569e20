import { copyFile, link, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writing } from '../../system-errors.ts';
import { createPart } from './parts.ts';
import { commitPart } from './save-file.ts';

/**
 * Give a file a second path: as a hard link, or as a copy on another disk. Returns false where the file no longer exists.
 * Throws `output` where the new path cannot be written.
 */
export async function linkOrCopy(from: string, to: string): Promise<boolean> {
  const part = await writing(to, () => createPart(dirname(to)));
  await rm(part);
  const copied = await link(from, part)
    .catch(() => copyFile(from, part))
    .then(
      () => true,
      () => false,
    );
  if (copied) await commitPart(part, to);
  else await rm(part, { force: true });
  return copied;
}
