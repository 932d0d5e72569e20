import { constants } from 'node:fs';
import { type FileHandle, lstat, open, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import { writing } from '../../system-errors.ts';
import { hashFile } from '../files/hash-file.ts';
import { readCache } from '../files/read-cache.ts';
import { OTHER_FOLDER } from './model-folders.ts';
import { openWeb, type Web, WebFailure, type WebFile } from './web.ts';

export interface DownloadRequest {
  /** Addresses of the same file, the first that serves it is taken. */
  readonly urls: readonly string[];
  /** Size, where it is known, and hex SHA-256 of the file. */
  readonly bytes: number | undefined;
  /** What no file exceeds whose size is not known, in bytes; default: 16 GiB. */
  readonly maxBytes?: number | undefined;
  readonly sha256: string;
  readonly signal?: AbortSignal | undefined;
  /** Called with every piece that is on disk. */
  readonly onPiece?: (progress: { url: string; done: number; total: number | undefined }) => void;
  /** Called where an address failed and is asked again, or is given up. */
  readonly onRetry?: (message: string) => void;
  /** A server that says nothing for this long is left, in milliseconds. */
  readonly timeout?: number | undefined;
  /** Before the first repetition, in milliseconds; each further one waits twice as long. */
  readonly retryDelay?: number | undefined;
}

const TIMEOUT = 30_000;
const RETRY_DELAY = 1_000;
/** An address is given up after this many tries in a row that brought nothing. */
const TRIES = 4;
/** More than any colour model holds, in bytes: where nobody says how long a file is, it ends here. */
const MAX_BYTES = 2 ** 34;
/** Less than this is nothing, in bytes: a server that sends a byte and hangs up would keep us forever. */
const MIN_PROGRESS = 16_384;

/** What is known about the bytes in a partial file, in a JSON beside it. */
const partSchema = z.object({
  url: z.string(),
  validator: z.string().optional(),
  /** `pieces`: of two addresses or two versions; only the hash tells whether they fit together. */
  origin: z.enum(['one', 'pieces']),
});
type PartState = z.output<typeof partSchema>;

/**
 * Fetch a file into `part`, which may hold the beginning of it from an earlier run, and is whole afterwards: right in size and
 * SHA-256 (not flushed: see `commitPart`). A broken transfer goes on where it stopped; what does not hash right is thrown away. Throws `model` where no address
 * serves the right file (the part stays for another try), `output` where the disk cannot take it, `interrupted`.
 */
export async function downloadInto(part: string, request: DownloadRequest): Promise<void> {
  await removeLinks(part);
  const web = await openWeb(request.timeout ?? TIMEOUT);
  const failures: string[] = [];
  try {
    for (const url of request.urls) {
      const failure = await fetchFrom(url, part, web, request);
      if (failure === undefined) return await rm(statePath(part), { force: true });
      failures.push(`${url}: ${failure}`);
      if (failures.length < request.urls.length) request.onRetry?.(`${url}: ${failure}; trying the next address.`);
    }
  } finally {
    await web.close();
  }
  throw new KinemacolorError(
    'model',
    `The file could not be fetched from any of its addresses (${failures.join('; ')}); run the same command again later, what has come is kept.`,
  );
}

/** Fetch from one address, repeating what is worth it. Returns why it was given up; undefined when the part is the file. */
async function fetchFrom(url: string, part: string, web: Web, request: DownloadRequest): Promise<string | undefined> {
  const count = { emptyTries: 0, wrong: 0 };
  for (;;) {
    throwIfAborted(request.signal);
    const before = await sizeOf(part);
    try {
      const origin = await fetchRest(url, part, web, request);
      const sha256 = await hashFile(part);
      if (sha256 === request.sha256) return undefined;
      await clear(part);
      count.wrong++;
      const wrong = `it gave a file with SHA-256 ${sha256}, expected ${request.sha256}`;
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

/** One request for what the part lacks. Returns where its bytes are from. */
async function fetchRest(url: string, part: string, web: Web, request: DownloadRequest): Promise<PartState['origin']> {
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

/** How a part is opened: to begin, or to go on. Never through a link that somebody put in its place. */
const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW = 0 } = constants;
const CREATE_FLAGS = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW;
const APPEND_FLAGS = O_WRONLY | O_NOFOLLOW;

async function append(
  part: string,
  file: WebFile,
  state: PartState,
  { bytes, maxBytes = MAX_BYTES, onPiece }: DownloadRequest,
): Promise<void> {
  const total = bytes ?? file.total;
  const handle = await writing(part, () => open(part, file.start === 0 ? CREATE_FLAGS : APPEND_FLAGS), OTHER_FOLDER);
  const end = { at: file.start };
  try {
    // After the old bytes are gone: a run that is killed here must not leave them under the new name.
    await writing(part, () => writeFile(statePath(part), JSON.stringify(state), { flag: CREATE_FLAGS }), OTHER_FOLDER);
    for await (const chunk of file.chunks) {
      if (total !== undefined && end.at + chunk.length > total) {
        await handle.truncate(0);
        throw new WebFailure('never', `it sends more than the ${total} bytes that the file has`);
      }
      if (end.at + chunk.length > maxBytes) {
        await handle.truncate(0);
        throw new WebFailure('never', `it does not end within ${maxBytes} bytes`);
      }
      await writing(part, () => writeWhole(handle, chunk, end.at), OTHER_FOLDER);
      end.at += chunk.length;
      onPiece?.({ url: state.url, done: end.at, total });
    }
  } finally {
    await handle.close();
  }
  if (total !== undefined && end.at < total) throw new WebFailure('later', `it ended after ${end.at} of ${total} bytes`);
}

/** A disk that is nearly full takes a part, and says why only when it is asked again. */
async function writeWhole(handle: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, written, chunk.length - written, at + written);
    written += bytesWritten;
  }
}

const statePath = (part: string) => `${part}.json`;

/** Without it the bytes may be anybody's, and the hash decides. */
function readState(part: string): Promise<PartState | undefined> {
  return readCache(statePath(part), partSchema);
}

/** What lies in a part's place and is no file of its own (a link, a second name of another file) goes; what it leads to stays. */
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
