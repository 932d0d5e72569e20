import { KinemacolorError, toFailure } from '../../errors.ts';

/** One sentence for a system error on the way out. `remedy`: what to do where another place is the answer. */
export function cannotWrite(path: string, cause: unknown, remedy = 'choose another place with --output'): KinemacolorError {
  if (cause instanceof KinemacolorError) return cause;
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  if (code === 'EMFILE' || code === 'ENFILE') return toFailure(cause); // no fault of the place
  const known = WHY[code];
  const why = known === undefined ? firstLine(cause) : known.replace('{elsewhere}', remedy);
  return new KinemacolorError('output', `Cannot write ${path}: ${why}.`, { cause });
}

/** Run what writes to `path`; a system error becomes one sentence of kind `output`. */
export async function onDisk<Value>(path: string, write: () => Promise<Value>, remedy?: string): Promise<Value> {
  try {
    return await write();
  } catch (cause) {
    throw cannotWrite(path, cause, remedy);
  }
}

const firstLine = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)).split('\n')[0];

const FULL = 'free some space and run the same command again to go on';
const WHY: Record<string, string> = {
  ENOSPC: `the disk is full; ${FULL}`,
  EDQUOT: `the disk quota is used up; ${FULL}`,
  EFBIG: 'the file is larger than this file system or the shell\'s "ulimit -f" allows; {elsewhere}',
  EACCES: 'permission denied; {elsewhere}',
  EPERM: 'permission denied; {elsewhere}',
  EROFS: 'the file system is read-only; {elsewhere}',
  ENOENT: 'the folder does not exist; make it first or {elsewhere}',
  ENOTDIR: 'a part of the path is a file, not a folder; {elsewhere}',
  EISDIR: 'a folder of that name is in the way; remove it or {elsewhere}',
  ENOTEMPTY: 'a folder of that name is in the way; remove it or {elsewhere}',
  EEXIST: 'a file of that name is in the way; remove it or {elsewhere}',
  ENAMETOOLONG: 'the name is too long; {elsewhere}',
  ELOOP: 'its links lead in a circle; {elsewhere}',
};
