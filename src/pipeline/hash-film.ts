import { stat } from 'node:fs/promises';
import { hashFile } from './journal.ts';

/** Hashes of this process's films, by path and by what changes when a file is written: its size, its times to the nanosecond, its inode. */
const known = new Map<string, string>();

/**
 * SHA-256 of a film's bytes, hex. A film is read once in a process for as long as nothing writes to it, though planning, the project and
 * rendering all ask; another process reads it anew. Throws `interrupted` when the signal fires.
 */
export async function hashFilm(path: string, signal?: AbortSignal): Promise<string> {
  const before = await stateOf(path);
  const found = known.get(before);
  if (found !== undefined) return found;
  const hash = await hashFile(path, signal);
  if ((await stateOf(path)) === before) known.set(before, hash);
  return hash;
}

async function stateOf(path: string): Promise<string> {
  const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
  return [path, size, mtimeNs, ctimeNs, ino].join();
}
