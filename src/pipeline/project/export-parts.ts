import { dirname, join } from 'node:path';
import { filmUrl, spawnFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { makeFolder, removePaths } from '../../adapters/files/folders.ts';
import { linkOrCopy } from '../../adapters/files/link-or-copy.ts';
import { createPart } from '../../adapters/files/parts.ts';
import { commitPart, saveFile } from '../../adapters/files/save-file.ts';
import { uprightPng } from '../../adapters/pictures/screen-picture.ts';
import { KinemacolorError } from '../../errors.ts';
import { shotNumberAt } from '../../media/plan/plan.ts';
import type { EditingSession } from './editing-session.ts';
import { renderedPicture } from './show-frame.ts';

/** Nearly without loss, and played by anything. */
const COMPARE = ['-c:v', 'libx264', '-crf', '14', '-preset', 'fast', '-pix_fmt', 'yuv420p'];

/**
 * The folder of a project that parts of the film are exported to; an export of the same part takes the place of the one before.
 */
export function exportFolder(session: EditingSession): string {
  return join(session.project.folder, 'exports');
}

/**
 * Write a frame in colour as PNG, at the size it is seen at. Returns its path. Throws `usage` where its shot was never rendered.
 */
export async function exportStill(session: EditingSession, index: number): Promise<string> {
  const { rgb, shown } = await renderedPicture(session, index, (await finishedAt(session, index)).fingerprint);
  return exportFile(session, `frame-${index}.png`, path => uprightPng(rgb, shown).then(png => saveFile(path, [png])));
}

/** Write the shot of a frame, as it is rendered, as a film. Throws as `exportStill`. */
export async function exportShot(session: EditingSession, index: number): Promise<string> {
  const { fingerprint, number } = await finishedAt(session, index);
  const segment = session.segment(fingerprint);
  return exportFile(session, `shot-${number + 1}.mkv`, path => linkOrCopy(segment, path));
}

/** Write the shot of a frame as a film, before on the left and after on the right. Throws as `exportStill`. */
export async function exportComparison(session: EditingSession, index: number): Promise<string> {
  const { fingerprint, number } = await finishedAt(session, index);
  const { ffmpeg } = session.context;
  // The shot's luma is the source's: without its colour it is the source.
  const sides = '[0:v]split[one][after];[one]hue=s=0[before];[before][after]hstack,scale=trunc(iw/2)*2:trunc(ih/2)*2';
  const args = ['-v', 'error', '-y', '-i', filmUrl(session.segment(fingerprint)), '-filter_complex', sides];
  return exportFile(session, `shot-${number + 1}-compared.mkv`, path =>
    throughPart(path, part => spawnFfmpeg(ffmpeg, [...args, ...COMPARE, '-f', 'matroska', filmUrl(part)]).exited),
  );
}

async function finishedAt(session: EditingSession, index: number): Promise<{ number: number; fingerprint: string }> {
  const number = shotNumberAt(session.project.plan(), index);
  const fingerprint = await session.shown(number);
  if (fingerprint !== undefined) return { number, fingerprint };
  throw new KinemacolorError('usage', `Shot ${number + 1} is not rendered yet; render it first.`);
}

/** Write a file of the export folder. Returns its path. */
export async function exportFile(
  session: EditingSession,
  name: string,
  write: (path: string) => Promise<unknown>,
): Promise<string> {
  const folder = exportFolder(session);
  await makeFolder(folder);
  const path = join(folder, name);
  await write(path);
  return path;
}

async function throughPart(path: string, write: (part: string) => Promise<unknown>): Promise<void> {
  const part = await createPart(dirname(path));
  try {
    await write(part);
    await commitPart(part, path);
  } finally {
    await removePaths(part);
  }
}
