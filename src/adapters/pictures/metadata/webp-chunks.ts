import type { StillMetadata } from './still-metadata.ts';

/** WebP (RFC 9649): "RIFF", length, "WEBP", then chunks of name, length and content, padded to even length. */
const HEAD = 12;
const FLAGS = { icc: 0x20, alpha: 0x10, exif: 0x08, xmp: 0x04 } as const;

interface Extras {
  readonly width: number;
  readonly height: number;
  readonly alpha: 'kept' | 'none';
}

/**
 * A WebP with metadata, in the extended format, whose first chunk lists what follows. `notes` reports what cannot be stored.
 */
export function webpWith(webp: Buffer, metadata: StillMetadata, extras: Extras): { parts: Buffer[]; notes: string[] } {
  const { exif, xmp, icc, iptc } = metadata;
  const picture = pictureChunks(webp);
  const parts = [
    chunk('VP8X', header(metadata, extras)),
    ...(icc ? [chunk('ICCP', icc)] : []),
    ...picture,
    chunk('EXIF', exif),
    ...(xmp ? [chunk('XMP ', Buffer.from(xmp, 'utf8'))] : []),
  ];
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(4 + parts.reduce((sum, part) => sum + part.length, 0), 4);
  return { parts: [head, ...parts], notes: iptc ? ['WebP has no place for IPTC records; they are left out'] : [] };
}

function pictureChunks(webp: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  let at = HEAD;
  while (at + 8 <= webp.length) {
    const length = webp.readUInt32LE(at + 4);
    const end = at + 8 + length + (length % 2);
    if (['VP8 ', 'VP8L', 'ALPH'].includes(webp.toString('latin1', at, at + 4))) chunks.push(webp.subarray(at, end));
    at = end;
  }
  return chunks;
}

function header({ icc, xmp }: StillMetadata, { width, height, alpha }: Extras): Buffer {
  const content = Buffer.alloc(10);
  content[0] = FLAGS.exif | (icc ? FLAGS.icc : 0) | (xmp ? FLAGS.xmp : 0) | (alpha === 'kept' ? FLAGS.alpha : 0);
  content.writeUIntLE(width - 1, 4, 3);
  content.writeUIntLE(height - 1, 7, 3);
  return content;
}

function chunk(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}
