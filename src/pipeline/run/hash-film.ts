import { stat } from 'node:fs/promises';
import { hashFile } from '../../adapters/files/hash-file.ts';
import { KinemacolorError } from '../../errors.ts';

/** Hashes of this process's files, by path and by what changes when a file is written: its size, its times to the nanosecond, its inode. */
const known = new Map<string, string>();

/**
 * SHA-256 of a film's bytes, hex. A film is read once in a process for as long as nothing writes to it, though planning, the project and
 * rendering all ask; another process reads it anew. Throws `interrupted` when the signal fires, `source` where it cannot be read.
 */
export async function hashFilm(path: string, signal?: AbortSignal): Promise<string> {
  return hashOnce(path, signal).catch(cause => {
    if (cause instanceof KinemacolorError) throw cause;
    const why = cause.code === 'ENOENT' ? 'it is no longer there' : cause.message;
    throw new KinemacolorError('source', `Expected to read ${path}, but ${why}; put it back and run the same command again.`, {
      cause,
    });
  });
}

/** SHA-256 of any file that is asked for again and again, hex. Throws `interrupted`, or what the system says. */
export async function hashOnce(path: string, signal?: AbortSignal): Promise<string> {
  const before = await stateOf(path);
  const found = known.get(before);
  if (found !== undefined) return found;
  const hash = await hashFile(path, signal);
  if ((await stateOf(path)) === before) known.set(before, hash);
  return hash;
}

/** Of a file that was just written, and whose hash was taken on the way. */
export async function rememberHash(path: string, sha256: string): Promise<void> {
  known.set(await stateOf(path), sha256);
}

async function stateOf(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return [path, dev, ino, size, mtimeNs, ctimeNs].join();
}
