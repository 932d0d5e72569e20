import type { Tag } from './tiff-tags.ts';

/** What stands beside a picture in its file, in a form that every container can take. */
export interface StillMetadata {
  /** A block of tags, as JPEG, PNG and WebP hold it; and its tags, as TIFF does. */
  readonly exif: Buffer;
  readonly tags: readonly Tag[];
  readonly xmp: string | undefined;
  /** IPTC-IIM records. */
  readonly iptc: Buffer | undefined;
  /** The profile of the result. */
  readonly icc: Buffer | undefined;
  /** Pixels per inch. */
  readonly density: number | undefined;
  /** Texts of a PNG, as whole chunks; remarks of a JPEG. Only the same container takes them. */
  readonly texts: readonly Buffer[];
  readonly remarks: readonly Buffer[];
}
