import { readFile } from 'node:fs/promises';
import type { FrameKind } from '../ffmpeg/split-film.ts';
import { openForWriting } from '../files/open-for-writing.ts';
import { dpxWith } from './metadata/dpx-header.ts';
import { embedMetadata } from './metadata/embed-metadata.ts';
import { exrWith } from './metadata/exr-header.ts';
import { noteMetadata } from './metadata/still-metadata.ts';
import type { SyntheticNote } from './metadata/xmp-note.ts';

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
  const target = { kind: kind === 'tif' ? 'tiff' : kind, width: 0, height: 0, alpha: 'none' } as const;
  return embedMetadata(bytes, noteMetadata(note), target).parts;
}
