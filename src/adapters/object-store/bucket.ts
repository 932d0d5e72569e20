import { createReadStream, type ReadStream } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import PQueue from 'p-queue';
import { toFailure } from '../../system-errors.ts';
import { type FileTransport, failureOf, openWatch, readBody, TIMEOUT } from '../download/web.ts';
import type { LocalPart } from '../files/shared-files.ts';
import { loadS3, type S3Package } from './load-s3.ts';
import { parseS3Address } from './s3-address.ts';
import { cannotReach, downloadFailure, mayHeal, NOT_FOUND, PRECONDITION_FAILED, statusOf } from './s3-failure.ts';

/** What is known of an object. `sha256`: as who published it stated; undefined for objects of others. */
export interface ObjectFacts {
  readonly bytes: number;
  readonly etag: string | undefined;
  readonly sha256: string | undefined;
}

/**
 * A bucket of S3. What reads throws `network` where it does not answer and `environment` where it refuses; what writes throws
 * `output`.
 */
export interface Bucket {
  /** undefined where there is none. */
  facts(key: string): Promise<ObjectFacts | undefined>;
  readText(key: string): Promise<string | undefined>;
  /** Names of the objects whose keys begin with `prefix` (which ends with a slash, or is empty), without it. */
  names(prefix: string): Promise<string[]>;
  /** Throws where objects cannot be listed. */
  checkListed(prefix: string): Promise<void>;
  /** Returns false where the key is taken and `if-free` was wanted. */
  put(key: string, content: string | LocalPart, when: 'if-free' | 'always'): Promise<boolean>;
  remove(keys: readonly string[]): Promise<void>;
  /** Receives objects by their addresses. */
  readonly transport: FileTransport;
}

/** Requests at once; the rest wait here, so that none of them times out in line for a connection. */
const REQUESTS = 8;
/** Attempts of an upload, whose stream the client itself cannot send again, and milliseconds before the second. */
const PUTS = 6;
const PUT_DELAY = 250;
/** Attempts of any other request, by the client itself. */
const ATTEMPTS = 6;
/**
 * Milliseconds without data after which an attempt is given up; by itself the client waits for ever. More than for a download, as
 * a server checks what was uploaded before it answers.
 */
const SILENCE = 60_000;
/** Without one the client prints warnings itself. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
/** Keys that S3 removes at once. */
const MOST_KEYS = 1000;

/**
 * The endpoint is AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, else Amazon's; region and credentials come from the client's own
 * chain. Throws `environment` where the client is not installed.
 */
export async function openBucket(name: string): Promise<Bucket> {
  const s3 = await loadS3();
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env;
  const client = new s3.S3Client({
    maxAttempts: ATTEMPTS,
    logger: SILENT,
    requestHandler: { connectionTimeout: SILENCE, socketTimeout: SILENCE },
    forcePathStyle: (AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL) !== undefined, // other servers have no host for each bucket
  });
  const queue = new PQueue({ concurrency: REQUESTS });
  const at = (key: string) => `s3://${name}/${key}`;
  const ask = <Answer>(to: 'read' | 'list' | 'write', key: string, request: () => Promise<Answer>): Promise<Answer> =>
    queue.add(request).catch(cause => Promise.reject(cannotReach(at(key), to, cause)));
  const unlessMissing = <Answer>(request: Promise<Answer>): Promise<Answer | undefined> =>
    request.catch(cause => (statusOf(cause) === NOT_FOUND && cause.name !== 'NoSuchBucket' ? undefined : Promise.reject(cause)));
  const object = (key: string) => ({ Bucket: name, Key: key });
  return {
    facts: key =>
      ask('read', key, async () => {
        const head = await unlessMissing(client.send(new s3.HeadObjectCommand(object(key))));
        return head && { bytes: head.ContentLength ?? 0, etag: head.ETag, sha256: head.Metadata?.[SHA256] };
      }),
    readText: key =>
      ask('read', key, async () => {
        const found = await unlessMissing(client.send(new s3.GetObjectCommand(object(key))));
        return found?.Body?.transformToString();
      }),
    names: prefix =>
      ask('list', prefix, async () => {
        const names: string[] = [];
        const pages = s3.paginateListObjectsV2({ client }, { Bucket: name, Prefix: prefix, Delimiter: '/' });
        for await (const { Contents = [] } of pages) names.push(...Contents.map(({ Key }) => Key!.slice(prefix.length)));
        return names;
      }),
    async checkListed(prefix) {
      await ask('list', prefix, () => client.send(new s3.ListObjectsV2Command({ Bucket: name, Prefix: prefix, MaxKeys: 1 })));
    },
    put: (key, content, when) => ask('write', key, () => putObject({ s3, client }, object(key), content, when)),
    async remove(keys) {
      for (let from = 0; from < keys.length; from += MOST_KEYS) {
        const Objects = keys.slice(from, from + MOST_KEYS).map(Key => ({ Key }));
        const request = new s3.DeleteObjectsCommand({ Bucket: name, Delete: { Objects, Quiet: true } });
        await ask('write', '', () => client.send(request));
      }
    },
    transport: {
      open: (url, { from, validator, signal }) =>
        queue.add(async () => {
          const watch = openWatch(TIMEOUT, signal);
          const range = { ...(from > 0 && { Range: `bytes=${from}-` }), ...(validator !== undefined && { IfMatch: validator }) };
          const request = new s3.GetObjectCommand({ ...object(parseS3Address(url).key), ...range });
          try {
            const { Body, ContentRange, ContentLength, ETag } = await client.send(request, { abortSignal: watch.signal });
            const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(ContentRange ?? '') ?? [];
            const chunks = readBody(Body as AsyncIterable<Uint8Array>, watch);
            return {
              start: Number(start ?? 0),
              total: total === undefined ? ContentLength : Number(total),
              validator: ETag,
              chunks,
            };
          } catch (cause) {
            watch.end();
            throw statusOf(cause) === undefined && watch.signal.aborted ? failureOf(cause, watch) : downloadFailure(cause);
          }
        }),
    },
  };
}

/** Where the SHA-256 of an object stands among its metadata. Not every server keeps checksums of its own. */
const SHA256 = 'sha256';

async function putObject(
  { s3, client }: { readonly s3: S3Package; readonly client: S3Client },
  object: { readonly Bucket: string; readonly Key: string },
  content: string | LocalPart,
  when: 'if-free' | 'always',
): Promise<boolean> {
  const target = { ...object, ...(when === 'if-free' && { IfNoneMatch: '*' }) };
  const send = () =>
    typeof content === 'string'
      ? client.send(new s3.PutObjectCommand({ ...target, Body: content }))
      : sendPart(content, (file, abortSignal) => {
          const facts = { ContentLength: content.bytes, ...checksums(content.sha256) };
          return client.send(new s3.PutObjectCommand({ ...target, ...facts, Body: file }), { abortSignal });
        });
  for (let tries = 1; ; tries++) {
    try {
      await send();
      return true;
    } catch (cause) {
      if (when === 'if-free' && statusOf(cause) === PRECONDITION_FAILED) return false;
      if (tries === PUTS || !mayHeal(cause)) throw cause;
      await wait(PUT_DELAY * 2 ** (tries - 1));
    }
  }
}

/** The client neither ends with a file that cannot be read nor closes one that the server refuses to read. */
async function sendPart(part: LocalPart, send: (file: ReadStream, signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const file = createReadStream(part.path);
  const unreadable = new AbortController();
  file.on('error', cause => unreadable.abort(cause));
  try {
    await send(file, unreadable.signal);
  } catch (cause) {
    throw unreadable.signal.aborted ? toFailure(unreadable.signal.reason) : cause;
  } finally {
    file.destroy();
  }
}

/** The server refuses what arrives with another checksum. */
const checksums = (sha256: string) => ({
  ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
  Metadata: { [SHA256]: sha256 },
});
