import { join } from 'node:path';
import { saveFile } from '../../adapters/files/save-file.ts';
import { fitPicture, fitReference, type HashedPng } from '../../adapters/pictures/screen-picture.ts';
import { atPlace, KinemacolorError } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import type { Frame } from '../../media/film/frame.ts';
import { shownSize } from '../../media/film/shown-picture.ts';
import { type Judgement, judgePicture } from '../../stages/keyframes/judge-picture.ts';
import type { Project } from './project.ts';

/** A picture that could be used, but hardly as it is meant. It is put when the person is sure. */
export class DoubtfulPicture extends KinemacolorError {
  constructor(index: number, judgement: Exclude<Judgement, 'fits'>) {
    const what =
      judgement === 'gray'
        ? `The picture for frame ${index} has no colour: frame ${index} would be gray.`
        : `The picture for frame ${index} shows something else than frame ${index} does.`;
    super('reference', what);
  }
}

interface Put {
  /** The frame that the picture is for. */
  readonly frame: Frame;
  readonly bytes: Buffer;
  /** `sure`: put it although it is doubtful. */
  readonly sure: 'sure' | 'not sure';
}

/**
 * Put a person's picture back for a frame: kept in the project under its hash, made the frame's colour. Returns the revision.
 * Throws `reference` for what is no picture or not of the film's size, DoubtfulPicture for one that has no colour or shows
 * something else, `usage` for a frame that is not there.
 */
export async function putPicture(project: Project, { frame, bytes, sure }: Put, film: Film): Promise<number> {
  const { given, size, glance, ...fitted } = await atPlace({ frame: frame.index }, () => fitPicture(bytes, film));
  if (size === 'other') {
    const { width, height } = shownSize(film);
    const message = `The picture for frame ${frame.index} is ${given.width}x${given.height}, the film ${width}x${height}: paint on the frame as it is exported, at the film's size.`;
    throw new KinemacolorError('reference', message);
  }
  const judgement = judgePicture(glance, frame.luma);
  if (judgement !== 'fits' && sure === 'not sure') throw new DoubtfulPicture(frame.index, judgement);
  return project.edit({ kind: 'picture', index: frame.index, ...(await keep(project, fitted)) });
}

/**
 * Make a picture of something alike the reference for a frame's colour: kept in the project, small, under its hash. Returns the
 * revision. Throws `reference` for what is no picture, `usage` for a frame that is not there.
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
