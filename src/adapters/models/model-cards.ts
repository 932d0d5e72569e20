import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { KinemacolorError } from '../../errors.ts';
import { type ModelCard, modelCardSchema } from '../../media/models/model-card.ts';
import { explainIssues } from '../../options.ts';
import { readText } from '../files/read-input.ts';
import type { ModelFolders } from './model-folders.ts';

/** A model card and where its file is, or will be once it is pulled or imported. */
export interface ListedModel {
  /** The model's card: what it is, what it needs, its licence. */
  readonly card: ModelCard;
  /** Whose card it is: the package's or the user's. A user's card never replaces one of the package. */
  readonly shelf: 'package' | 'user';
  /** Where its file is, or will be. Absolute. */
  readonly path: string;
  /** Does the file exist? */
  readonly file: 'there' | 'missing';
}

/** Every card by id, the package's first. Throws `model` where a card cannot be read. */
export async function listCards(folders: ModelFolders): Promise<ListedModel[]> {
  const own = await idsIn(folders.package);
  const persons = (await idsIn(folders.user)).filter(id => !own.includes(id));
  return Promise.all([...own.map(id => listed(id, 'package', folders)), ...persons.map(id => listed(id, 'user', folders))]);
}

/** The card with this id. Throws `model` where there is none, and lists the ids. */
export async function findCard(id: string, folders: ModelFolders): Promise<ListedModel> {
  const [own, persons] = await Promise.all([idsIn(folders.package), idsIn(folders.user)]);
  if (own.includes(id)) return listed(id, 'package', folders);
  if (persons.includes(id)) return listed(id, 'user', folders);
  const ids = [...new Set([...own, ...persons])].sort();
  const known = ids.length > 0 ? `the models here are ${ids.join(', ')}` : `there are no models in ${folders.package}`;
  throw new KinemacolorError(
    'model',
    `There is no model "${id}"; ${known}. A path to an .onnx file with its card beside it is taken too.`,
  );
}

/** The card of a model file: beside it under the same name, or the known card that names this file. Throws `model`. */
export async function cardOfFile(path: string, folders: ModelFolders): Promise<ModelCard> {
  const cardPath = `${path.slice(0, -extname(path).length)}.json`;
  if (existsSync(cardPath)) return readCard(cardPath);
  const known = (await listCards(folders)).find(({ card }) => card.file === basename(path));
  if (known) return known.card;
  throw new KinemacolorError(
    'model',
    `Expected the model's card at ${cardPath}, but there is none; write one like models/kinemacolor-base.json.`,
  );
}

/** Read a card whose file is named after its id. Throws `model`. */
async function readCard(path: string): Promise<ModelCard> {
  const card = await readAnyCard(path);
  const id = basename(path, '.json');
  if (card.id === id) return card;
  throw new KinemacolorError(
    'model',
    `The model card ${path} cannot be used: expected its id to be "${id}", as the file is named, received "${card.id}".`,
  );
}

/** Read a card from a file of any name. Throws `model`. */
export async function readAnyCard(path: string): Promise<ModelCard> {
  const parsed = modelCardSchema.safeParse(await readJson(path));
  if (parsed.success) return parsed.data;
  throw new KinemacolorError('model', `The model card ${path} cannot be used: ${explainIssues(parsed.error)}.`, {
    cause: parsed.error,
  });
}

async function listed(id: string, shelf: 'package' | 'user', folders: ModelFolders): Promise<ListedModel> {
  const card = await readCard(join(folders[shelf], `${id}.json`));
  const places = [folders.package, folders.user].map(folder => join(folder, card.file));
  const there = places.find(existsSync);
  if (there) return { card, shelf, path: there, file: 'there' };
  return { card, shelf, path: join(comesWithPackage(card) ? folders[shelf] : folders.user, card.file), file: 'missing' };
}

/** A card without any address belongs to a model that is part of the package. */
function comesWithPackage({ urls, page }: ModelCard): boolean {
  return urls.length === 0 && page === undefined;
}

async function idsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter(name => name.endsWith('.json') && !name.startsWith('.'))
    .map(name => name.slice(0, -'.json'.length))
    .sort();
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readText(path));
  } catch (cause) {
    throw new KinemacolorError('model', `The model card ${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

/** What to do about a missing model file, as the end of a sentence. */
export function remedyForMissing({ id, urls, page, sha256, bytes, licence }: ModelCard): string {
  const bring = `"kinemacolor models import FILE --card ${id}"`;
  if (urls.length > 0 && sha256 !== null) {
    const size = bytes === null ? '' : `${(bytes / 1e6).toFixed(0)} MB, `;
    return `fetch it with "kinemacolor models pull ${id}" (${size}licence ${licence}), or bring a file that you have with ${bring}`;
  }
  const from = urls[0] ?? page;
  if (from === undefined) return 'reinstall the package or put it there';
  return `get it from ${from} and bring it with ${bring}`;
}
