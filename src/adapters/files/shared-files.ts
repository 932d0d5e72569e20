import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { factsAt, sizeOf } from './file-facts.ts';
import { makeFolder, namesIn, removePaths } from './folders.ts';
import { cachedHash, rememberHash } from './hash-file.ts';
import { linkOrCopy } from './link-or-copy.ts';
import { commitPart, publishPart, saveFile, saveNewFile } from './save-file.ts';

/** Size in bytes and SHA-256 (hex) of a file. */
export interface FileContent {
  readonly bytes: number;
  readonly sha256: string;
}

/** A finished temporary file on this machine, and its content. */
export interface LocalPart extends FileContent {
  readonly path: string;
}

/**
 * Named files to which any number of processes on any number of machines write: in a folder that they share, or in a bucket of
 * S3. Of those that publish one name exactly one is first. Where a bucket is read it throws `network` or `environment`, too.
 */
export interface SharedFiles {
  /** The folder's path, or `s3://bucket/prefix`. */
  readonly address: string;
  /** The address of a file. */
  addressOf(name: string): string;
  /** Make the folder; try whether a bucket refuses a name that is taken. Throws `output`, `environment` where it does not. */
  makeReady(): Promise<void>;
  /** The names of all files. */
  names(): Promise<readonly string[]>;
  /** Is there a file of this name? */
  has(name: string): Promise<boolean>;
  /** Has the file this content? */
  holds(name: string, content: FileContent): Promise<boolean>;
  /** The text of a file, empty where it cannot be read; undefined where there is none. */
  readText(name: string): Promise<string | undefined>;
  /**
   * Give a text, or a part (which must be on a folder's disk, and is gone or left as it is afterwards), a name that is free.
   * Returns false where it is taken. Throws `output`.
   */
  publish(name: string, content: string | LocalPart): Promise<boolean>;
  /** The same for a name that may be taken: its file is replaced. */
  replace(name: string, content: string | LocalPart): Promise<void>;
  /** Put a copy of the file at a path of this machine. Returns false where it is no longer there. Throws `output`, `network`. */
  copyTo(name: string, path: string, content: FileContent): Promise<boolean>;
  /** Remove files. What is missing or cannot be removed is left: it does no harm. */
  remove(names: readonly string[]): Promise<void>;
}

/** The files of a folder. */
export function folderFiles(folder: string): SharedFiles {
  const pathOf = (name: string) => join(folder, name);
  return {
    address: folder,
    addressOf: pathOf,
    makeReady: () => makeFolder(folder, { remedy: 'choose another folder with --segments' }),
    names: () => namesIn(folder),
    has: async name => (await sizeOf(pathOf(name))) !== undefined,
    async holds(name, { bytes, sha256 }) {
      const path = pathOf(name);
      if ((await sizeOf(path)) !== bytes) return false;
      return (await cachedHash(path).catch(() => undefined)) === sha256; // what cannot be read is made again
    },
    async readText(name) {
      const text = await readFile(pathOf(name), 'utf8').catch(() => undefined);
      if (text !== undefined) return text;
      return (await factsAt(pathOf(name)).catch(() => undefined))?.kind === 'file' ? '' : undefined;
    },
    async publish(name, content) {
      const path = pathOf(name);
      if (typeof content === 'string') return saveNewFile(path, content);
      const first = await publishPart(content.path, path);
      if (first) await rememberHash(path, content.sha256);
      return first;
    },
    async replace(name, content) {
      const path = pathOf(name);
      if (typeof content === 'string') return saveFile(path, content);
      await commitPart(content.path, path);
      await rememberHash(path, content.sha256);
    },
    copyTo: (name, path) => linkOrCopy(pathOf(name), path),
    remove: names => removePaths(...names.map(pathOf)),
  };
}
