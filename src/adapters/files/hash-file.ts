import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { throwIfAborted } from '../../errors.ts';

/** SHA-256 of a file's bytes, hex. Throws `interrupted` when the signal fires, else the system's error. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) }))
      hash.update(chunk as Buffer);
  } catch (cause) {
    throwIfAborted(signal);
    throw cause;
  }
  return hash.digest('hex');
}

/** SHA-256 by the state of a file (see `stateOf`): a file is read again only after somebody wrote to it. */
const cache = new Map<string, string>();

/** As `hashFile`, from this process's cache for as long as nobody writes to the file. */
export async function cachedHash(path: string, signal?: AbortSignal): Promise<string> {
  const before = await stateOf(path);
  const found = cache.get(before);
  if (found !== undefined) return found;
  const hash = await hashFile(path, signal);
  if ((await stateOf(path)) === before) cache.set(before, hash);
  return hash;
}

/** Put the hash of a file into the cache that was computed while the file was written. */
export async function rememberHash(path: string, sha256: string): Promise<void> {
  cache.set(await stateOf(path), sha256);
}

/** Path, disk, inode, size and times in nanoseconds: everything that changes when a file is written to, moved or replaced. */
async function stateOf(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return [path, dev, ino, size, mtimeNs, ctimeNs].join();
}
