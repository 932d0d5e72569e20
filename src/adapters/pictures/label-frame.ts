import { readFile } from 'node:fs/promises';
import type { FrameKind } from '../ffmpeg/split-film.ts';
import { openForWriting } from '../files/open-for-writing.ts';
import { dpxWith } from './metadata/dpx-header.ts';
import { embedMetadata } from './metadata/embed-metadata.ts';
import { exrWith } from './metadata/exr-header.ts';
import { textTag, writeTags } from './metadata/tiff-tags.ts';
import { type SyntheticNote, withNote } from './metadata/xmp-note.ts';

/** Exif's tag for what a picture shows. */
const DESCRIPTION = 270;

/**
 * Puts the note that its colour is synthetic into a frame of a film, a file of our own: as XMP and description in TIFF and PNG, as the
 * project of a DPX, as the comments of an EXR. Its pixels stay as they are. Throws `internal` where the file is of another kind.
 */
export async function labelFrame(kind: FrameKind, path: string, note: SyntheticNote): Promise<void> {
  const parts = labeledBytes(kind, await readFile(path), note);
  const file = await openForWriting(path);
  try {
    await file.append(parts);
  } finally {
    await file.close();
  }
}

function labeledBytes(kind: FrameKind, bytes: Buffer, note: SyntheticNote): Buffer[] {
  if (kind === 'dpx') return [dpxWith(bytes, { creator: 'Kinemacolor', project: note.text })];
  if (kind === 'exr') return exrWith(bytes, 'comments', note.text);
  const tags = [textTag(DESCRIPTION, note.text)];
  const xmp = withNote(undefined, note);
  const none = { iptc: undefined, icc: undefined, density: undefined, texts: [], remarks: [] };
  const target = { kind: kind === 'tif' ? 'tiff' : kind, width: 0, height: 0, alpha: 'none' } as const;
  return embedMetadata(bytes, { exif: writeTags(tags), tags, xmp, ...none }, target).parts;
}
