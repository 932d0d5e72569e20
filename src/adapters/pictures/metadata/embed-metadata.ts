import type { StillKind } from '../../../media/film/still.ts';
import { jpegWith } from './jpeg-segments.ts';
import { pngWith } from './png-chunks.ts';
import type { StillMetadata } from './still-metadata.ts';
import { amendTags, type Tag, TYPE } from './tiff-tags.ts';
import { webpWith } from './webp-chunks.ts';

const XMP = 700;
const IPTC = 33723;
const ICC = 34675;
/**
 * Insert metadata into an encoded picture. Returns buffers to be written one after the other; the picture's own bytes are not
 * copied. `notes` reports what the container cannot hold.
 */
export function embedMetadata(
  picture: Buffer,
  metadata: StillMetadata,
  target: { kind: StillKind; width: number; height: number; alpha: 'kept' | 'none' },
): { parts: Buffer[]; notes: string[] } {
  const lost = target.kind !== 'png' && metadata.texts.length > 0 ? ['only PNG holds its text notes; they are left out'] : [];
  const found = embed(picture, metadata, target);
  return { parts: found.parts, notes: [...lost, ...found.notes] };
}

function embed(
  picture: Buffer,
  metadata: StillMetadata,
  target: Parameters<typeof embedMetadata>[2],
): { parts: Buffer[]; notes: string[] } {
  if (target.kind === 'jpeg') return jpegWith(picture, metadata);
  if (target.kind === 'png') return { parts: pngWith(picture, metadata), notes: [] };
  if (target.kind === 'webp') return webpWith(picture, metadata, target);
  return { parts: amendTags(picture, tiffTags(metadata)) ?? [picture], notes: [] };
}

/** Metadata as the tags of a TIFF. */
export function tiffTags({ tags, xmp, iptc, icc }: StillMetadata): Tag[] {
  const bytes = (tag: number, value: Buffer | undefined, type: number): Tag[] =>
    value ? [{ tag, type, count: value.length, value }] : [];
  return [
    ...tags,
    ...bytes(XMP, xmp === undefined ? undefined : Buffer.from(xmp, 'utf8'), TYPE.byte),
    ...bytes(IPTC, iptc, TYPE.undefined),
    ...bytes(ICC, icc, TYPE.undefined),
  ];
}
