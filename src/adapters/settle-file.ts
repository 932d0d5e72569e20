import { open, rename } from 'node:fs/promises';
import { KinemacolorError } from '../errors.ts';

/** Flush what was written to `part` and give it its name: whole or not at all. Throws `output`. */
export async function settleFile(part: string, path: string): Promise<void> {
  await onDisk(path, async () => {
    const handle = await open(part, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, path);
  });
}

/** Run what writes models to disk; a system error becomes one sentence of kind `output`. */
export async function onDisk<Value>(path: string, write: () => Promise<Value>): Promise<Value> {
  try {
    return await write();
  } catch (cause) {
    if (cause instanceof KinemacolorError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOSPC' ? 'the disk is full; free some space and run the same command again to go on' : message;
    throw new KinemacolorError('output', `Cannot write ${path}: ${why}; KINEMACOLOR_MODELS names another folder for models.`, {
      cause,
    });
  }
}
