import { dirname, resolve } from 'node:path';
import { removePaths } from '../../adapters/files/folders.ts';
import type { GuardOptions } from '../../adapters/files/output-guard.ts';
import { createPart } from '../../adapters/files/parts.ts';
import { commitPart } from '../../adapters/files/save-file.ts';
import type { SyntheticNote } from '../../adapters/pictures/metadata/xmp-note.ts';
import { joinPages } from '../../adapters/pictures/tiff-pages.ts';
import { writing } from '../../system-errors.ts';
import { guardPicture } from '../run/guard-picture.ts';

/** Write the frames of a coloured film, which lie in TIFFs, as the pages of one, with the note that their colour is synthetic. Throws `output`. */
export async function savePages(
  paths: readonly string[],
  output: string,
  { note, ...guard }: GuardOptions & { readonly note: SyntheticNote | undefined },
): Promise<void> {
  const place = await guardPicture(output, guard);
  const part = await writing(output, () => createPart(dirname(resolve(output))));
  try {
    await joinPages(paths, part, note);
    await commitPart(part, place);
  } finally {
    await removePaths(part);
  }
}
