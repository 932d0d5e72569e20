import { constants } from 'node:fs';
import { type FileHandle, lstat, open, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { type FailureKind, KinemacolorError, throwIfAborted } from '../../errors.ts';
import { writing } from '../../system-errors.ts';
import { hashFile } from '../files/hash-file.ts';
import { readCache } from '../files/read-cache.ts';
import { type FileTransport, WebFailure, type WebFile } from './web.ts';

export interface DownloadRequest {
  /** Addresses of the same file; the first that serves it is used. */
  readonly urls: readonly string[];
  /** Size of the file, where it is known, in bytes. */
  readonly bytes: number | undefined;
  /** Largest size, in bytes, of a file whose size is unknown; default: 16 GiB. */
  readonly maxBytes?: number | undefined;
  /** undefined where it is unknown: then all bytes are of one version, as the server identifies it. */
  readonly sha256: string | undefined;
  /** The kind of failure where no address serves the file. */
  readonly failure: FailureKind;
  /** What to do where the part cannot be written, as the end of a sentence. */
  readonly otherFolder: string;
  readonly signal?: AbortSignal | undefined;
  /** Called after each piece is written. */
  readonly onPiece?: (progress: { url: string; done: number; total: number | undefined }) => void;
  /** Called when an address failed, before it is tried again or given up. */
  readonly onRetry?: (message: string) => void;
  /** Milliseconds before the first retry; each further one waits twice as long. */
  readonly retryDelay?: number | undefined;
}

const RETRY_DELAY = 1_000;
/** An address is given up after this many tries in a row without progress. */
const TRIES = 4;
/** More bytes than any colour model has: the limit for a file of unknown size. */
const MAX_BYTES = 2 ** 34;
/**
 * A try that brought fewer bytes counts as no progress: a server that sends one byte and hangs up must not be retried for ever.
 */
const MIN_PROGRESS = 16_384;

/** What is known about a partial file, stored as JSON beside it. */
const partSchema = z.object({
  url: z.string(),
  validator: z.string().optional(),
  /** `pieces`: from two addresses or versions; only the hash tells whether they match. */
  origin: z.enum(['one', 'pieces']),
});
type PartState = z.output<typeof partSchema>;

/**
 * Download a file into `part`, which may hold its beginning from an earlier run. Afterwards size and SHA-256 are right; it is
 * flushed by `commitPart`. A broken transfer continues where it stopped; a file with the wrong hash is deleted. Throws the failure
 * requested where no address serves the right file (the part is kept for another try), `output` where the disk is full, `interrupted`.
 */
export async function downloadInto(part: string, web: FileTransport, request: DownloadRequest): Promise<void> {
  await removeLinks(part);
  const failures: string[] = [];
  for (const url of request.urls) {
    const failure = await fetchFrom(url, part, web, request);
    if (failure === undefined) return await rm(statePath(part), { force: true });
    failures.push(`${url}: ${failure}`);
    if (failures.length < request.urls.length) request.onRetry?.(`${url}: ${failure}; trying the next address.`);
  }
  throw new KinemacolorError(
    request.failure,
    `The file could not be fetched from any of its addresses (${failures.join('; ')}); run the same command again later, what has come is kept.`,
  );
}

/** Download from one address, with retries. Returns why it was given up; undefined where `part` is complete. */
async function fetchFrom(url: string, part: string, web: FileTransport, request: DownloadRequest): Promise<string | undefined> {
  const count = { emptyTries: 0, wrong: 0 };
  for (;;) {
    throwIfAborted(request.signal);
    const before = await sizeOf(part);
    try {
      const origin = await fetchRest(url, part, web, request);
      const wrong = await whatIsWrong(part, origin, request.sha256);
      if (wrong === undefined) return undefined;
      await clear(part);
      count.wrong++;
      if (origin === 'one' || count.wrong > 1) return wrong;
      request.onRetry?.(`${url}: what was here before does not fit; fetching the whole file.`);
    } catch (cause) {
      throwIfAborted(request.signal);
      if (!(cause instanceof WebFailure)) throw cause;
      if (cause.retry === 'from-start') await clear(part);
      const came = (await sizeOf(part)) - before;
      count.emptyTries = came >= MIN_PROGRESS ? 0 : count.emptyTries + 1;
      if (cause.retry === 'never' || count.emptyTries >= TRIES) return cause.message;
      request.onRetry?.(`${url}: ${cause.message}; going on from byte ${await sizeOf(part)}.`);
      await wait((request.retryDelay ?? RETRY_DELAY) * 2 ** count.emptyTries, undefined, { signal: request.signal }).catch(
        () => undefined,
      );
    }
  }
}

async function whatIsWrong(part: string, origin: PartState['origin'], expected: string | undefined): Promise<string | undefined> {
  if (expected === undefined) return origin === 'one' ? undefined : 'what was here before is of another version';
  const sha256 = await hashFile(part);
  return sha256 === expected ? undefined : `it gave a file with SHA-256 ${sha256}, expected ${expected}`;
}

/** One request for the missing bytes. Returns where the bytes of `part` are from. */
async function fetchRest(url: string, part: string, web: FileTransport, request: DownloadRequest): Promise<PartState['origin']> {
  const { bytes, signal } = request;
  const state = await readState(part);
  const have = await sizeOf(part);
  if (bytes !== undefined && have > bytes) await clear(part);
  else if (have === bytes) return state?.url === url ? state.origin : 'pieces';
  const from = await sizeOf(part);
  const same = state?.url === url ? state.validator : undefined;
  const file = await web.open(url, { from, validator: same, signal });
  const oneVersion = same !== undefined && file.validator === same && state?.origin === 'one';
  const origin = file.start === 0 || oneVersion ? 'one' : 'pieces';
  if (bytes !== undefined && file.total !== undefined && file.total !== bytes) {
    throw new WebFailure('never', `it says that its file has ${file.total} bytes, expected ${bytes}`);
  }
  await append(part, file, { url, validator: file.validator, origin }, request);
  return origin;
}

/** Flags to begin or to continue a part. Symbolic links in its place are not followed. */
const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW = 0 } = constants;
const CREATE_FLAGS = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW;
const APPEND_FLAGS = O_WRONLY | O_NOFOLLOW;

async function append(
  part: string,
  file: WebFile,
  state: PartState,
  { bytes, maxBytes = MAX_BYTES, otherFolder, onPiece }: DownloadRequest,
): Promise<void> {
  const total = bytes ?? file.total;
  const handle = await writing(part, () => open(part, file.start === 0 ? CREATE_FLAGS : APPEND_FLAGS), otherFolder);
  const end = { at: file.start };
  try {
    // Only after the old bytes are gone: a run that is killed here must not leave them under the new state.
    await writing(part, () => writeFile(statePath(part), JSON.stringify(state), { flag: CREATE_FLAGS }), otherFolder);
    for await (const chunk of file.chunks) {
      if (total !== undefined && end.at + chunk.length > total) {
        await handle.truncate(0);
        throw new WebFailure('never', `it sends more than the ${total} bytes that the file has`);
      }
      if (end.at + chunk.length > maxBytes) {
        await handle.truncate(0);
        throw new WebFailure('never', `it does not end within ${maxBytes} bytes`);
      }
      await writing(part, () => writeWhole(handle, chunk, end.at), otherFolder);
      end.at += chunk.length;
      onPiece?.({ url: state.url, done: end.at, total });
    }
  } finally {
    await handle.close();
  }
  if (total !== undefined && end.at < total) throw new WebFailure('later', `it ended after ${end.at} of ${total} bytes`);
}

/** A nearly full disk accepts a part of the bytes and reports the error only for the next write. */
async function writeWhole(handle: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, written, chunk.length - written, at + written);
    written += bytesWritten;
  }
}

const statePath = (part: string) => `${part}.json`;

/** Without it the origin of the bytes is unknown, and only the hash decides. */
function readState(part: string): Promise<PartState | undefined> {
  return readCache(statePath(part), partSchema);
}

/** Remove a symbolic link, or a file that has a second name, from a part's path. What it points to is kept. */
async function removeLinks(part: string): Promise<void> {
  for (const path of [part, statePath(part)]) {
    const found = await lstat(path).catch(() => undefined);
    if (found && !(found.isFile() && found.nlink === 1)) await writing(path, () => rm(path));
  }
}

async function clear(part: string): Promise<void> {
  await Promise.all([rm(part, { force: true }), rm(statePath(part), { force: true })]);
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
