import { KinemacolorError } from './errors.ts';

/** Error codes of a file system that accepts no more data. */
const DISK_FULL = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG']);
/** Error codes of limits on this process or machine, with what to do about each. */
const LIMITS: Readonly<Record<string, string>> = {
  EMFILE: 'too many files are open at once; allow more, for example with "ulimit -n 1024"',
  ENFILE: 'too many files are open on this machine; close other programs',
  ENOMEM: 'there is no memory left; close other programs',
  EAGAIN: 'no other process or thread may be started; close other programs or allow more with "ulimit -u"',
};

/**
 * Turn any failure into a KinemacolorError. A system error becomes `output` (the disk is full) or `environment`. Everything else
 * that is not a KinemacolorError is a bug in this program: `internal`.
 */
export function toFailure(cause: unknown): KinemacolorError {
  if (cause instanceof KinemacolorError) return cause;
  const { code, syscall, path } = cause as Partial<NodeJS.ErrnoException>;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (typeof code !== 'string' || typeof syscall !== 'string')
    return new KinemacolorError('internal', `Internal error, please report it: ${message}`, { cause });
  if (DISK_FULL.has(code)) return cannotWrite(path ?? 'a file', cause, 'choose another place');
  const why = LIMITS[code] ?? `the system refused to ${syscall} ${path ?? 'a file'} (${message})`;
  return new KinemacolorError('environment', `The work cannot go on: ${why}.`, { cause });
}

/**
 * The failure to write `path`, as one sentence. `cause`: a system error; a KinemacolorError is returned as it is. `remedy`: what
 * to do where the answer is another path.
 */
export function cannotWrite(path: string, cause: unknown, remedy = 'choose another place with --output'): KinemacolorError {
  if (cause instanceof KinemacolorError) return cause;
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  if (code === 'EMFILE' || code === 'ENFILE') return toFailure(cause); // the path is not to blame
  const known = WRITE_ERRORS[code];
  return writeFailure(path, known === undefined ? firstLine(cause) : known.replace('{remedy}', remedy), cause);
}

/** The one sentence for a path that cannot be written. `why`: the reason and what to do, without the final full stop. */
export function writeFailure(path: string, why: string, cause?: unknown): KinemacolorError {
  return new KinemacolorError('output', `Cannot write ${path}: ${why}.`, { cause });
}

/** Run code that writes to `path`. A system error is rethrown as `output`, in one sentence (see `cannotWrite`). */
export async function writing<Value>(path: string, write: () => Promise<Value>, remedy?: string): Promise<Value> {
  try {
    return await write();
  } catch (cause) {
    throw cannotWrite(path, cause, remedy);
  }
}

const firstLine = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!;

const MAKE_ROOM = 'free some space and run the same command again to go on';
const WRITE_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: `the disk is full; ${MAKE_ROOM}`,
  EDQUOT: `the disk quota is used up; ${MAKE_ROOM}`,
  EFBIG: 'the file is larger than this file system or the shell\'s "ulimit -f" allows; {remedy}',
  EACCES: 'permission denied; {remedy}',
  EPERM: 'permission denied; {remedy}',
  EROFS: 'the file system is read-only; {remedy}',
  ENOENT: 'the folder does not exist; make it first or {remedy}',
  ENOTDIR: 'a part of the path is a file, not a folder; {remedy}',
  EISDIR: 'a folder of that name is in the way; remove it or {remedy}',
  ENOTEMPTY: 'a folder of that name is in the way; remove it or {remedy}',
  EEXIST: 'a file of that name is in the way; remove it or {remedy}',
  ENAMETOOLONG: 'the name is too long; {remedy}',
  ELOOP: 'its symbolic links form a cycle; {remedy}',
};
