import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Bytes read at a time: a few encoded frames of most films. */
const CHUNK_BYTES = 1 << 20;

/** The bytes of a file from its beginning, in pieces of at most 1 MiB. Throws the system's error. */
export function readChunks(path: string): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: CHUNK_BYTES });
}

/** The bytes of a file from `start` to `end`, both included, in pieces. Throws the system's error. */
export function readRange(path: string, start: number, end: number): AsyncIterable<Buffer> {
  return createReadStream(path, { start, end, highWaterMark: CHUNK_BYTES });
}

/** A whole file that comes with this program. Throws the system's error. */
export function readShippedFile(url: URL): Promise<Buffer> {
  return readFile(url);
}
