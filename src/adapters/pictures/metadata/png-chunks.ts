import { deflateSync } from 'node:zlib';
import { sealOf } from '../../files/seal.ts';
import type { StillMetadata } from './still-metadata.ts';

/** PNG (third edition): eight bytes, then chunks of length, type, content, checksum. */
const SIGNATURE = 8;
const FRAME = 12;
const HEADER_END = SIGNATURE + FRAME + 13;
const TEXTS = new Set(['tEXt', 'zTXt', 'iTXt']);
/** Keywords of text chunks whose content is written to another chunk. */
const OURS = /^(XML:com\.adobe\.xmp|Raw profile type (exif|APP1|xmp|iptc|icc|icm))\0/;
const METRES_PER_INCH = 0.0254;

function* chunksOf(png: Buffer): Generator<{ type: string; content: Buffer; whole: Buffer }> {
  let at = SIGNATURE;
  while (at + FRAME <= png.length) {
    const end = at + FRAME + png.readUInt32BE(at);
    const whole = png.subarray(at, end);
    yield { type: png.toString('latin1', at + 4, at + 8), content: whole.subarray(8, -4), whole };
    at = end;
  }
}

/** The text chunks of a PNG, except those that hold Exif, XMP, IPTC or a profile. */
export function pngTexts(png: Buffer): Buffer[] {
  return [...chunksOf(png)]
    .filter(({ type, content }) => TEXTS.has(type) && !OURS.test(content.toString('latin1', 0, 40)))
    .map(({ whole }) => Buffer.from(whole));
}

/** A PNG with metadata after its header. IPTC has no chunk of its own and is stored like ImageMagick and ExifTool store it. */
export function pngWith(png: Buffer, { exif, xmp, iptc, icc, density, texts }: StillMetadata): Buffer[] {
  const parts = [png.subarray(0, HEADER_END)];
  const add = (type: string, ...content: Buffer[]) => parts.push(chunk(type, Buffer.concat(content)));
  const latin = (text: string) => Buffer.from(text, 'latin1');
  if (icc) add('iCCP', latin('profile\0\0'), deflateSync(icc));
  if (density !== undefined) add('pHYs', physical(density));
  add('eXIf', exif);
  if (xmp) add('iTXt', latin('XML:com.adobe.xmp\0\0\0\0\0'), Buffer.from(xmp, 'utf8'));
  if (iptc) {
    const lines = iptc.toString('hex').replace(/.{72}/g, '$&\n');
    add('zTXt', latin('Raw profile type iptc\0\0'), deflateSync(latin(`\niptc\n${String(iptc.length).padStart(8)}\n${lines}\n`)));
  }
  return [...parts, ...texts, ...rest(png)];
}

/** The encoder's chunks after the header, except a density of its own. */
function rest(png: Buffer): Buffer[] {
  const [, ...chunks] = chunksOf(png);
  return chunks.filter(({ type }) => type !== 'pHYs').map(({ whole }) => whole);
}

/** A PNG with a seal (see `files/seal`) at its end, in the text chunk that names the software. */
export function sealedPng(png: Buffer): Buffer {
  const before = Buffer.concat([png.subarray(0, -FRAME), SEAL_HEAD]);
  const text = chunk('tEXt', Buffer.from(`${SEAL_KEY}${sealOf(before)}`, 'latin1'));
  return Buffer.concat([png.subarray(0, -FRAME), text, png.subarray(-FRAME)]);
}

const SEAL_KEY = 'Software\0';
const SEAL_HEAD = chunk('tEXt', Buffer.from(`${SEAL_KEY}${sealOf('')}`, 'latin1')).subarray(0, 8 + SEAL_KEY.length);

function physical(density: number): Buffer {
  const content = Buffer.alloc(9);
  const perMetre = Math.round(density / METRES_PER_INCH);
  content.writeUInt32BE(perMetre, 0);
  content.writeUInt32BE(perMetre, 4);
  content[8] = 1;
  return content;
}

function chunk(type: string, content: Buffer): Buffer {
  const bytes = Buffer.alloc(FRAME + content.length);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, 'latin1');
  content.copy(bytes, 8);
  bytes.writeUInt32BE(checksum(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** CRC-32 of ISO 3309; Node has it only from version 22 on. */
function checksum(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
