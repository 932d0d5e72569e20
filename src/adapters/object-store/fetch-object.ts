import { setTimeout as wait } from 'node:timers/promises';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { downloadProgress } from '../download/download-progress.ts';
import { type DownloadRequest, downloadInto } from '../download/resumable-download.ts';
import { sizeOf } from '../files/file-facts.ts';
import { cachedHash, rememberHash } from '../files/hash-file.ts';
import { type Lock, takeLock } from '../files/lock.ts';
import { commitPart } from '../files/save-file.ts';
import type { Bucket } from './bucket.ts';

export interface FetchRequest extends Pick<DownloadRequest, 'sha256' | 'signal'> {
  readonly address: string;
  readonly bytes: number;
  readonly onProgress?: OnProgress | undefined;
}

/** What to do where the folder of what is fetched cannot be written, as the end of a sentence. */
export const OTHER_CACHE = 'name another folder with --cache';
/** Milliseconds between two looks at what another process fetches. */
const LOOK_INTERVAL = 500;

/**
 * Fetch an object to a path unless it is there (by its SHA-256, where that is known). One process of any number on this machine
 * fetches it, the others wait; what one that was killed left is continued. Throws `network` where it cannot be had,
 * `output`, `interrupted`.
 */
export async function fetchObject({ transport }: Bucket, path: string, request: FetchRequest): Promise<void> {
  const { address, bytes, sha256, signal, onProgress } = request;
  const part = `${path}.part`;
  const lock = await waitForLock(`${part}.lock`, address, signal);
  try {
    if (await isThere(path, request)) return;
    await downloadInto(part, transport, {
      urls: [address],
      bytes,
      maxBytes: bytes,
      sha256,
      failure: 'network',
      otherFolder: OTHER_CACHE,
      signal,
      ...downloadProgress({}, onProgress),
    });
    await commitPart(part, path, OTHER_CACHE);
    if (sha256 !== undefined) await rememberHash(path, sha256);
  } finally {
    await lock.release();
  }
}

async function isThere(path: string, { bytes, sha256 }: FetchRequest): Promise<boolean> {
  return (await sizeOf(path)) === bytes && (sha256 === undefined || (await cachedHash(path)) === sha256);
}

async function waitForLock(path: string, address: string, signal: AbortSignal | undefined): Promise<Lock> {
  for (;;) {
    throwIfAborted(signal);
    try {
      return await takeLock(path, { doing: `is fetching ${address}`, writeRemedy: OTHER_CACHE });
    } catch (cause) {
      if (!(cause instanceof KinemacolorError && cause.kind === 'usage')) throw cause;
      await wait(LOOK_INTERVAL, undefined, { signal }).catch(() => undefined);
    }
  }
}
