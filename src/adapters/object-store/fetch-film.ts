import { createHash } from 'node:crypto';
import { extname, join } from 'node:path';
import { KinemacolorError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { makeFolder } from '../files/folders.ts';
import { markUsed, removeUnused } from '../files/used-folders.ts';
import { openBucket } from './bucket.ts';
import { fetchObject, OTHER_CACHE } from './fetch-object.ts';
import { parseS3Address } from './s3-address.ts';

/** Options of `fetchFilm`. */
export interface FetchFilmOptions {
  /** The folder for films that are fetched. */
  readonly cache: string;
  /** SHA-256 (hex) of the film, where it is known. */
  readonly sha256?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Days for which a film that nobody uses is kept. */
const KEPT_DAYS = 7;

/**
 * The path of a film of S3 on this machine, fetched where it is not here: once for a bucket, key, ETag and size. Throws `source`
 * where there is none, `network` where it cannot be fetched, `output` where the cache cannot be written, `interrupted`.
 */
export async function fetchFilm(address: string, { cache, sha256, signal, onProgress }: FetchFilmOptions): Promise<string> {
  const { bucket: name, key } = parseS3Address(address);
  const bucket = await openBucket(name);
  const facts = key === '' ? undefined : await bucket.facts(key);
  if (!facts || facts.bytes === 0)
    throw new KinemacolorError('source', `Expected a film at ${address}, found ${facts ? 'an empty file' : 'none'}.`);
  const films = join(cache, 'films');
  const identity = createHash('sha256')
    .update(JSON.stringify([name, key, facts.etag, facts.bytes]))
    .digest('hex');
  const folder = join(films, identity);
  await makeFolder(folder, { remedy: OTHER_CACHE });
  await markUsed(folder);
  await removeUnused(films, KEPT_DAYS);
  const path = join(folder, `film${extname(key).replace(/[^.\w]/g, '')}`);
  await fetchObject(bucket, path, { address, bytes: facts.bytes, sha256, signal, onProgress });
  return path;
}
