import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import PQueue from 'p-queue';
import type { ForeignKind, SourceKind, StillKind } from '../../media/film/still.ts';

/** Bytes that identify a file; an animated PNG is marked within them. */
const HEAD_BYTES = 4096;

/** Few files are open at once: where the system allows no more, one of thousands would be taken for something else. */
const reading = new PQueue({ concurrency: 16 });

/** Streams of JPEG pictures begin like a JPEG; only their names differ. */
const MOVING_JPEG = ['.mjpeg', '.mjpg'];

/**
 * The kind of a still picture, by its first bytes, whatever its name. An animated PNG and a stream of JPEGs are films; whether a
 * GIF or a TIFF holds several pictures is not in these bytes. undefined for everything else, also for a file that cannot be read.
 */
export async function pictureKind(path: string): Promise<SourceKind | undefined> {
  const head = await reading.add(() => readHead(path)).catch(() => undefined);
  const kind = head && (kindOfHead(head) ?? foreignKind(head));
  return kind === 'jpeg' && MOVING_JPEG.includes(extname(path).toLowerCase()) ? undefined : kind;
}

/** Brands of an ISO media file that is a picture, and of one that is a film of pictures. */
const BRANDS = { avif: ['avif'], heic: ['heic', 'heix', 'heim', 'heis', 'mif1'], film: ['avis', 'hevc', 'hevx', 'msf1'] };

function foreignKind(head: Buffer): ForeignKind | undefined {
  const text = head.toString('latin1');
  if (/^GIF8[79]a/.test(text)) return 'gif';
  if (/^BM[\s\S]{4}\0\0\0\0/.test(text)) return 'bmp';
  if (text.startsWith('\0\0\0\x0cjP  \r\n\x87\n') || text.startsWith('\xff\x4f\xff\x51')) return 'jp2';
  if (/^P[1-6]\s/.test(text)) return 'pnm';
  if (text.slice(4, 8) !== 'ftyp') return undefined;
  const brands: string[] = text.slice(8, head.readUInt32BE(0)).match(/[\s\S]{4}/g) ?? [];
  if (BRANDS.film.includes(brands[0] ?? '')) return undefined;
  if (BRANDS.avif.some(brand => brands.includes(brand))) return 'avif';
  return BRANDS.heic.some(brand => brands.includes(brand)) ? 'heic' : undefined;
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
