import { wrappedIptc } from './iptc.ts';
import type { StillMetadata } from './still-metadata.ts';
import { writeTags } from './tiff-tags.ts';

/** JPEG (ITU-T T.81): segments with a marker and a length of two bytes, up to the start of scan. */
const START_OF_SCAN = 0xda;
const COMMENT = 0xfe;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP13 = 0xed;
/** Longest content of a segment, in bytes. A profile is split into several segments. */
const LONGEST = 0xffff - 2;
const ICC_MARK = 'ICC_PROFILE\0';
const ICC_PART = LONGEST - ICC_MARK.length - 2;

interface Segment {
  readonly marker: number;
  readonly content: Buffer;
  readonly end: number;
}

function* segmentsOf(jpeg: Buffer): Generator<Segment> {
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff) {
    const marker = jpeg[at + 1]!;
    if (marker === 0xff) {
      at++; // a fill byte
      continue;
    }
    if (marker === START_OF_SCAN) return;
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    yield { marker, content: jpeg.subarray(at + 4, end), end };
    at = end;
  }
}

/** The comments (COM) of a JPEG. */
export function jpegComments(jpeg: Buffer): Buffer[] {
  return [...segmentsOf(jpeg)].filter(({ marker }) => marker === COMMENT).map(({ content }) => Buffer.from(content));
}

/** A JPEG with metadata after its first segment (JFIF). `notes` reports what does not fit. */
export function jpegWith(jpeg: Buffer, metadata: StillMetadata): { parts: Buffer[]; notes: string[] } {
  const notes: string[] = [];
  const parts: Buffer[] = [];
  const add = (marker: number, content: Buffer, what: string) => {
    if (content.length <= LONGEST) parts.push(segment(marker, content));
    else notes.push(`its ${what} is longer than JPEG can hold and is left out`);
  };
  const { exif, tags, xmp, iptc, icc, remarks } = metadata;
  const mark = Buffer.from('Exif\0\0', 'latin1');
  const short = exif.length + mark.length <= LONGEST ? exif : writeTags(tags.filter(({ value }) => value.length < LONGEST / 4));
  add(APP1, Buffer.concat([mark, short]), 'Exif');
  if (xmp) add(APP1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xmp}`, 'utf8'), 'XMP');
  if (icc) for (const part of iccParts(icc)) add(APP2, part, 'profile');
  if (iptc) add(APP13, wrappedIptc(iptc), 'IPTC');
  for (const remark of remarks) add(COMMENT, remark, 'remark');
  const [first] = segmentsOf(jpeg);
  const place = first?.marker === APP0 ? first.end : 2;
  return { parts: [withDensity(jpeg.subarray(0, place), metadata.density), ...parts, jpeg.subarray(place)], notes };
}

function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

function iccParts(icc: Buffer): Buffer[] {
  const count = Math.ceil(icc.length / ICC_PART);
  return Array.from({ length: count }, (_, i) =>
    Buffer.concat([Buffer.from(ICC_MARK), Buffer.from([i + 1, count]), icc.subarray(i * ICC_PART, (i + 1) * ICC_PART)]),
  );
}

/** JFIF: "JFIF", version, unit (1: per inch), density across and down. */
function withDensity(head: Buffer, density: number | undefined): Buffer {
  const copy = Buffer.from(head);
  if (density === undefined || copy.length < 18) return copy;
  copy[13] = 1;
  copy.writeUInt16BE(Math.min(0xffff, Math.round(density)), 14);
  copy.writeUInt16BE(Math.min(0xffff, Math.round(density)), 16);
  return copy;
}
