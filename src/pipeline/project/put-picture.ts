import { join } from 'node:path';
import { saveFile } from '../../adapters/files/save-file.ts';
import { fitPicture, fitReference, type HashedPng } from '../../adapters/pictures/screen-picture.ts';
import { atPlace } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import type { OnProgress } from '../../progress.ts';
import type { Project } from './project.ts';

/**
 * Put a person's picture back for a frame: brought to the film's size (with a warning where its shape differs), kept in the project under
 * its hash, made the frame's colour. Returns the revision. Throws `reference` for what is no picture, `usage` for a frame that is not there.
 */
export async function putPicture(
  project: Project,
  picture: { index: number; bytes: Buffer },
  { film, onProgress }: { film: Film; onProgress?: OnProgress | undefined },
): Promise<number> {
  const { aspect, ...fitted } = await atPlace({ frame: picture.index }, () => fitPicture(picture.bytes, film));
  const kept = await keep(project, fitted);
  if (aspect === 'stretched') {
    const message = `The picture for frame ${picture.index} has another shape than the film; it was stretched to ${film.format.width}x${film.format.height}.`;
    onProgress?.({ type: 'warning', message });
  }
  return project.edit({ kind: 'picture', index: picture.index, ...kept });
}

/**
 * Make a picture of something alike the reference for a frame's colour: kept in the project, small, under its hash. Returns the revision.
 * Throws as `putPicture` does.
 */
export async function putReference(project: Project, picture: { index: number; bytes: Buffer }): Promise<number> {
  const kept = await keep(project, await atPlace({ frame: picture.index }, () => fitReference(picture.bytes)));
  return project.edit({ kind: 'picture', use: 'reference', index: picture.index, ...kept });
}

async function keep(project: Project, { png, sha256 }: HashedPng): Promise<{ path: string; sha256: string }> {
  const path = join(project.folder, 'keyframes', `${sha256}.png`);
  await saveFile(path, [png]);
  return { path, sha256 };
}
