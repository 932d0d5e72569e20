import { DESCRIPTION, type Tag, textTag, writeTags } from './tiff-tags.ts';
import { type SyntheticNote, withNote } from './xmp-note.ts';

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

/** The metadata of a picture that has none but the note that its colour is synthetic: in XMP and as its description. */
export function noteMetadata(note: SyntheticNote): StillMetadata {
  const tags = [textTag(DESCRIPTION, note.text)];
  const none = { iptc: undefined, icc: undefined, density: undefined, texts: [], remarks: [] };
  return { exif: writeTags(tags), tags, xmp: withNote(undefined, note), ...none };
}
