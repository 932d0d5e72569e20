import { join, resolve } from 'node:path';
import { makeFolder } from '../../adapters/files/folders.ts';
import { folderFiles, type SharedFiles } from '../../adapters/files/shared-files.ts';
import { bucketFiles } from '../../adapters/object-store/bucket-files.ts';
import { cacheFolder } from '../../adapters/object-store/cache-folder.ts';
import { OTHER_CACHE } from '../../adapters/object-store/fetch-object.ts';
import { isS3Address } from '../../adapters/object-store/s3-address.ts';
import { namesOfShot, publishedIn, type SegmentFolder, segmentsIn } from './segment-folder.ts';

/** The finished shots of films, and all files beside them. */
export interface OpenSegments {
  readonly files: SharedFiles;
  readonly store: SegmentFolder;
  /** Remove what was fetched of these shots from this machine. */
  dropFetched(fingerprints: readonly string[]): Promise<void>;
}

/** Options of a place of finished shots. */
export interface SegmentsOptions {
  /** The folder for what is fetched from S3, and for what is to go there; default: see `cacheFolder`. */
  readonly cache?: string | undefined;
  /** Called with a sentence for each finished shot whose bytes have changed since. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** The files in a folder or at `s3://bucket/prefix`. Throws `usage` for what is no address, `environment` where S3 has no client. */
async function sharedFiles(address: string): Promise<SharedFiles> {
  return isS3Address(address) ? bucketFiles(address) : folderFiles(resolve(address));
}

/** Finished shots that more are added to. Throws as `sharedFiles`, and `output`. */
export async function segmentsToRender(address: string, { cache, warn }: SegmentsOptions): Promise<OpenSegments> {
  const files = await sharedFiles(address);
  if (!isS3Address(address)) return inFolder(files, warn);
  return { files, store: publishedIn(files, await shotsIn(cache), warn), async dropFetched() {} };
}

/** Finished shots that are joined: those of a bucket are fetched when they are looked at. Throws as `sharedFiles`, and `output`. */
export async function segmentsToJoin(address: string, { cache, warn }: SegmentsOptions): Promise<OpenSegments> {
  const files = await sharedFiles(address);
  if (!isS3Address(address)) return inFolder(files, warn);
  const folder = await shotsIn(cache);
  return {
    files,
    store: { ...segmentsIn(folder, { others: [files], warn }), address: files.address },
    dropFetched: fingerprints => folderFiles(folder).remove(fingerprints.flatMap(namesOfShot)),
  };
}

function inFolder(files: SharedFiles, warn: SegmentsOptions['warn']): OpenSegments {
  return { files, store: segmentsIn(files.address, { warn }), async dropFetched() {} };
}

async function shotsIn(cache: string | undefined): Promise<string> {
  const folder = fetchedShots(cache);
  await makeFolder(folder, { remedy: OTHER_CACHE });
  return folder;
}

/** The folder of temporary files of segments that go to an address. */
export function partsFolder(address: string, cache: string | undefined): string {
  return isS3Address(address) ? fetchedShots(cache) : resolve(address);
}

const fetchedShots = (cache: string | undefined) => join(cacheFolder(cache), 'shots');
