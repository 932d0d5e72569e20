import { access, constants, stat } from 'node:fs/promises';

/** What the file system says of a path, symbolic links followed. */
export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'other';
  /** Bytes. */
  readonly size: number;
}

/** Kind and size of what lies at a path. Rejects with the system's error where there is nothing. */
export async function factsAt(path: string): Promise<FileFacts> {
  const found = await stat(path);
  return { kind: found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other', size: found.size };
}

/** Size of a file in bytes; undefined where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return (await factsAt(path).catch(() => undefined))?.size;
}

/** Rejects with the system's error where this process may not read the file. */
export async function assertReadable(path: string): Promise<void> {
  await access(path, constants.R_OK);
}

/**
 * A text that changes when a file is written to or replaced: disk, inode, size and time of the last change, in nanoseconds. A new
 * name or new permissions do not change it. undefined where there is no file.
 */
export async function contentState(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && [found.dev, found.ino, found.size, found.mtimeNs].join();
}
