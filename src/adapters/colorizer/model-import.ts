import { copyFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { KinemacolorError } from '../../errors.ts';
import type { ModelCard } from '../../media/models/model-card.ts';
import { guarded } from '../../pending.ts';
import { writing } from '../../system-errors.ts';
import { makeFolder } from '../files/folders.ts';
import { inputsAt, isInput } from '../files/output-guard.ts';
import { createPart } from '../files/parts.ts';
import { commitPart, saveFile } from '../files/save-file.ts';
import { findCard, readAnyCard } from '../models/model-cards.ts';
import { type ModelFolders, modelFolders, OTHER_FOLDER } from '../models/model-folders.ts';
import { type VerifiedModel, verifyFile } from '../models/model-store.ts';
import { openOn } from './onnx-colorizer.ts';

/**
 * Copy a model file into the user's folder, without the network. `card`: the id of a card, or the path of one (JSON); such a
 * card is stored beside the file, with size and SHA-256 filled in where it states none. A model with a card of its own is
 * opened and tested on the CPU first. Nothing of a file that fails is kept. Throws `model` where file and card do not match,
 * `output`.
 */
export function importModel(file: string, card: string, folders: ModelFolders = modelFolders()): Promise<VerifiedModel> {
  return guarded(importFile(file, card, folders));
}

async function importFile(file: string, card: string, folders: ModelFolders): Promise<VerifiedModel> {
  const source = resolve(file);
  const found = await stat(source).catch(() => undefined);
  if (!found?.isFile()) throw new KinemacolorError('model', `Expected a model file at ${source}, but there is none.`);
  const { stated, owner } = await cardFor(card, folders);
  const path = join(folders.user, stated.file);
  if (source === path) return verifyFile(stated, path);
  if (stated.bytes !== null && found.size !== stated.bytes) await verifyFile(stated, source); // fails before anything is copied
  await makeFolder(folders.user, { remedy: OTHER_FOLDER });
  const part = await writing(path, () => createPart(folders.user), OTHER_FOLDER);
  try {
    await writing(path, () => copyFile(source, part), OTHER_FOLDER);
    const copied = await verifyCopy(stated, part, source);
    const pinned = { ...stated, bytes: copied.bytes, sha256: copied.sha256 };
    if (owner === 'person') await (await openOn('cpu', { card: pinned, path: part, device: 'cpu' }, '')).close();
    await commitPart(part, path, OTHER_FOLDER);
    if (owner === 'person') await writeCard(join(folders.user, `${stated.id}.json`), pinned, card);
    return { ...copied, path, card: owner === 'person' ? pinned : stated };
  } finally {
    await rm(part, { force: true });
  }
}

async function cardFor(
  card: string,
  folders: ModelFolders,
): Promise<{ readonly stated: ModelCard; readonly owner: 'package' | 'person' }> {
  if (!card.toLowerCase().endsWith('.json')) {
    const { card: stated, shelf } = await findCard(card, folders);
    return { stated, owner: shelf === 'package' ? 'package' : 'person' };
  }
  const stated = await readAnyCard(resolve(card));
  const taken = await findCard(stated.id, { package: folders.package, user: folders.package }).catch(() => undefined);
  if (!taken) return { stated: { ...stated, file: `${stated.id}.onnx` }, owner: 'person' };
  throw new KinemacolorError(
    'model',
    `The id "${stated.id}" of ${card} is that of a card which comes with the package; give it another id, or import with --card ${stated.id}.`,
  );
}

async function verifyCopy(card: ModelCard, part: string, source: string): Promise<VerifiedModel> {
  try {
    return await verifyFile(card, part);
  } catch (cause) {
    if (!(cause instanceof KinemacolorError)) throw cause;
    throw new KinemacolorError(cause.kind, cause.message.replaceAll(part, source), { cause: cause.cause });
  }
}

/** A card that already lies in this folder is not rewritten. */
async function writeCard(path: string, card: ModelCard, given: string): Promise<void> {
  if (await isInput(path, await inputsAt([resolve(given)]))) return;
  await saveFile(path, `${JSON.stringify(card, null, 2)}\n`);
}
