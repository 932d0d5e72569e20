import type { Tag } from './tiff-tags.ts';

/** A picture's metadata in a form that every container can store. */
export interface StillMetadata {
  /** A block of tags, as stored in JPEG, PNG and WebP, and its tags, as stored in TIFF. */
  readonly exif: Buffer;
  readonly tags: readonly Tag[];
  readonly xmp: string | undefined;
  /** IPTC-IIM records. */
  readonly iptc: Buffer | undefined;
  /** The profile of the result. */
  readonly icc: Buffer | undefined;
  /** Pixels per inch. */
  readonly density: number | undefined;
  /** Text chunks of a PNG, comments of a JPEG. Only the same container can store them. */
  readonly texts: readonly Buffer[];
  readonly remarks: readonly Buffer[];
}
