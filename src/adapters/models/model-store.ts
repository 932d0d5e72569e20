import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';
import { KinemacolorError } from '../../errors.ts';
import { contractOnCard, type ModelCard } from '../../media/models/model-card.ts';
import { canonicalJson, sha256 } from '../../media/plan/plan.ts';
import { hashFile } from '../files/hash-file.ts';
import { cardOfFile, findCard, remedyForMissing } from './model-cards.ts';
import { type ModelFolders, modelFolders } from './model-folders.ts';

/** A model whose file exists and matches its card, as far as the card states it. `path` is absolute. */
export interface ResolvedModel {
  readonly card: ModelCard;
  readonly path: string;
}

/** A model whose file matches its card. */
export interface VerifiedModel extends ResolvedModel {
  /** Hex SHA-256 of the file. */
  readonly sha256: string;
  /** Size of the file, in bytes. */
  readonly bytes: number;
  /** What could not be checked because the card does not state it. */
  readonly unchecked: readonly ('bytes' | 'sha256')[];
}

/**
 * What `--model` names: one model, or several to be blended. A rendered picture is identified by this, not by a card, which may
 * lack the hash.
 */
export interface ChosenModels {
  /** Ids joined by "+". */
  readonly id: string;
  /** Hex SHA-256 of the file; of several, of their hashes in order. */
  readonly sha256: string;
  /** Hex SHA-256 of the card fields that change the colour: how the files are fed and read, and at which size. */
  readonly contract: string;
  readonly models: readonly VerifiedModel[];
}

/**
 * Find a model and check its size and SHA-256 against its card. `idOrPath` is the id of a card, or the path of an .onnx file
 * with its card (same name, .json) beside it. Throws `model` where something is missing, damaged or does not match.
 */
export async function resolveModel(idOrPath: string, folders: ModelFolders = modelFolders()): Promise<VerifiedModel> {
  if (!isPath(idOrPath)) {
    const { card, path, file } = await findCard(idOrPath, folders);
    if (file === 'missing') refuseMissing(card, path);
    return verifyFile(card, path);
  }
  const path = resolve(idOrPath);
  if (!existsSync(path)) throw new KinemacolorError('model', `Expected a model file at ${path}, but there is none.`);
  if (extname(path).toLowerCase() !== '.onnx') {
    throw new KinemacolorError('model', `Expected a model as an .onnx file or an id, received ${path}.`);
  }
  return verifyFile(await cardOfFile(path, folders), path);
}

/** Separates the models of a blend. */
const BLEND_SEPARATOR = '+';

/** Find the models that `--model` names: an id, a path, or several joined by "+". Each is checked as in `resolveModel`. */
export async function chooseModels(choice: string, folders: ModelFolders = modelFolders()): Promise<ChosenModels> {
  const names = existsSync(choice) ? [choice] : choice.split(BLEND_SEPARATOR).map(name => name.trim());
  if (names.includes('')) {
    throw new KinemacolorError('usage', `Expected a model on both sides of every "${BLEND_SEPARATOR}", received "${choice}".`);
  }
  if (new Set(names).size < names.length) {
    throw new KinemacolorError('usage', `Expected different models to blend, received "${choice}".`);
  }
  const models: VerifiedModel[] = [];
  for (const name of names) models.push(await resolveModel(name, folders));
  const hashes = models.map(({ sha256 }) => sha256);
  return {
    id: models.map(({ card }) => card.id).join(BLEND_SEPARATOR),
    sha256: hashes.length === 1 ? hashes[0]! : sha256(hashes.join(BLEND_SEPARATOR)),
    contract: sha256(canonicalJson(models.map(({ card }) => contractOnCard(card)))),
    models,
  };
}

/** Check a file against a card. What the card does not state is listed in `unchecked`. Throws `model`. */
export async function verifyFile(card: ModelCard, path: string): Promise<VerifiedModel> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) refuseMissing(card, path);
  if (card.bytes !== null && found.size !== card.bytes) {
    throw new KinemacolorError(
      'model',
      `The file of model "${card.id}" is damaged: expected ${card.bytes} bytes, ${path} has ${found.size}; fetch it again.`,
    );
  }
  const hash = await hashFile(path);
  if (card.sha256 !== null && hash !== card.sha256) {
    throw new KinemacolorError(
      'model',
      `The file of model "${card.id}" is damaged: expected SHA-256 ${card.sha256}, ${path} has ${hash}; fetch it again.`,
    );
  }
  const unchecked = (['bytes', 'sha256'] as const).filter(name => card[name] === null);
  return { card, path, sha256: hash, bytes: found.size, unchecked };
}

function refuseMissing(card: ModelCard, path: string): never {
  throw new KinemacolorError(
    'model',
    `The file of model "${card.id}" is missing: expected it at ${path}; ${remedyForMissing(card)}.`,
  );
}

function isPath(idOrPath: string): boolean {
  return extname(idOrPath).toLowerCase() === '.onnx' || idOrPath.includes('/') || idOrPath.includes(sep);
}

/** A choice of models (see `chooseModels`) with another path for each file that it names; ids stay. */
export function withModelPaths(choice: string, pathOf: (path: string) => string): string {
  const names = existsSync(choice) ? [choice] : choice.split(BLEND_SEPARATOR).map(name => name.trim());
  return names.map(name => (isPath(name) ? pathOf(name) : name)).join(BLEND_SEPARATOR);
}

/** The files, with their cards, that a choice of models (see `chooseModels`) reads, as far as they exist. Never throws. */
export async function modelFiles(choice: string, folders: ModelFolders = modelFolders()): Promise<string[]> {
  const names = existsSync(choice) ? [choice] : choice.split(BLEND_SEPARATOR).map(name => name.trim());
  const files = names.map(async name => {
    const path = isPath(name) ? resolve(name) : (await findCard(name, folders).catch(() => undefined))?.path;
    return path === undefined ? [] : [path, path.replace(/\.onnx$/i, '.json')];
  });
  return (await Promise.all(files)).flat();
}
