import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import type { StillKind } from '../../media/film/still.ts';

/** Bytes that identify a file; an animated PNG is marked within them. */
const HEAD_BYTES = 4096;

/** Streams of JPEG pictures begin like a JPEG; only their names differ. */
const MOVING_JPEG = ['.mjpeg', '.mjpg'];

/**
 * The kind of a still picture, by its first bytes, whatever its name. An animated PNG and a stream of JPEGs are films.
 * undefined for everything else, also for a file that cannot be read.
 */
export async function pictureKind(path: string): Promise<StillKind | undefined> {
  const head = await readHead(path).catch(() => undefined);
  const kind = head && kindOfHead(head);
  return kind === 'jpeg' && MOVING_JPEG.includes(extname(path).toLowerCase()) ? undefined : kind;
}

/** The kind of a still picture that begins with these bytes. */
export function kindOfHead(bytes: Buffer): StillKind | undefined {
  const head = bytes.subarray(0, HEAD_BYTES);
  const starts = (text: string, at = 0) => head.subarray(at, at + text.length).equals(Buffer.from(text, 'latin1'));
  if (starts('\xff\xd8\xff')) return 'jpeg';
  if (starts('\x89PNG\r\n\x1a\n')) return head.includes('acTL') ? undefined : 'png';
  if (starts('RIFF') && starts('WEBP', 8)) return 'webp';
  const tiff = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some(mark => starts(mark));
  return tiff ? 'tiff' : undefined;
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    if (!(await file.stat()).isFile()) return Buffer.alloc(0);
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
