import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { KinemacolorError } from '../errors.ts';
import { type ModelCard, modelCardSchema } from '../media/model-card.ts';
import { explainIssues } from '../options.ts';

/** A model whose file is there and is, byte for byte, the one its card describes. `path` is absolute. */
export interface ResolvedModel {
  readonly card: ModelCard;
  readonly path: string;
}

/** The folder of the models that come with the package: `models` beside the nearest package.json above this file. */
export function modelsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'models');
}

/**
 * Find a model and check it against its card: size and SHA-256. `idOrPath` is the id of a card in `folder`, or a path to an .onnx file
 * that has its card (same name, .json) beside it. Throws `model` where something is missing, damaged or does not fit.
 */
export async function resolveModel(idOrPath: string, folder: string = modelsFolder()): Promise<ResolvedModel> {
  const cardPath = isPath(idOrPath) ? await cardBeside(resolve(idOrPath)) : await cardOf(idOrPath, folder);
  const card = await readCard(cardPath);
  const path = isPath(idOrPath) ? resolve(idOrPath) : join(folder, card.file);
  await verify(card, path);
  return { card, path };
}

/** The cards in `folder`, by id. Their files are not checked; a card that cannot be read throws `model`. */
export async function listModels(folder: string = modelsFolder()): Promise<ModelCard[]> {
  const names = await readdir(folder).catch(() => []);
  const cards = names.filter(name => name.endsWith('.json')).sort();
  return Promise.all(cards.map(name => readCard(join(folder, name))));
}

function isPath(idOrPath: string): boolean {
  return extname(idOrPath).toLowerCase() === '.onnx' || idOrPath.includes('/') || idOrPath.includes(sep);
}

async function cardBeside(path: string): Promise<string> {
  if (!existsSync(path)) throw new KinemacolorError('model', `Expected a model file at ${path}, but there is none.`);
  if (extname(path).toLowerCase() !== '.onnx') {
    throw new KinemacolorError('model', `Expected a model as an .onnx file or an id, received ${path}.`);
  }
  const card = `${path.slice(0, -extname(path).length)}.json`;
  if (existsSync(card)) return card;
  throw new KinemacolorError(
    'model',
    `Expected the model's card at ${card}, but there is none; write one like models/kinemacolor-base.json.`,
  );
}

async function cardOf(id: string, folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const ids = names.filter(name => name.endsWith('.json')).map(name => name.slice(0, -'.json'.length));
  if (ids.includes(id)) return join(folder, `${id}.json`);
  const known = ids.length > 0 ? `the models here are ${ids.sort().join(', ')}` : `there are no models in ${folder}`;
  throw new KinemacolorError(
    'model',
    `There is no model "${id}"; ${known}. A path to an .onnx file with its card beside it is taken too.`,
  );
}

async function readCard(path: string): Promise<ModelCard> {
  const parsed = modelCardSchema.safeParse(await readJson(path));
  if (!parsed.success) {
    throw new KinemacolorError('model', `The model card ${path} cannot be used: ${explainIssues(parsed.error)}.`, {
      cause: parsed.error,
    });
  }
  const id = basename(path, '.json');
  if (parsed.data.id === id) return parsed.data;
  throw new KinemacolorError(
    'model',
    `The model card ${path} cannot be used: expected its id to be "${id}", as the file is named, received "${parsed.data.id}".`,
  );
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new KinemacolorError('model', `The model card ${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

async function verify(card: ModelCard, path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new KinemacolorError(
      'model',
      `The file of model "${card.id}" is missing: expected it at ${path}; reinstall the package or put it there.`,
    );
  }
  if (found.size !== card.bytes) {
    throw new KinemacolorError(
      'model',
      `The file of model "${card.id}" is damaged: expected ${card.bytes} bytes, ${path} has ${found.size}; fetch it again.`,
    );
  }
  const sha256 = await hashFile(path);
  if (sha256 === card.sha256) return;
  throw new KinemacolorError(
    'model',
    `The file of model "${card.id}" is damaged: expected SHA-256 ${card.sha256}, ${path} has ${sha256}; fetch it again.`,
  );
}

/** Hex SHA-256 of a file's content, read as a stream. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
