import { randomBytes } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../adapters/files/folders.ts';
import { saveFile } from '../adapters/files/save-file.ts';
import { KinemacolorError } from '../errors.ts';

/** Bytes of a token: more than anyone guesses. */
const TOKEN_BYTES = 24;
/** Characters of a token from outside, at least: as many as hold 16 bytes in any spelling. */
const MIN_CHARACTERS = 24;
/** A token older than this is replaced when the server starts, in milliseconds: a page left open over night goes on, a copied address does not. */
const LIFE = 24 * 60 * 60 * 1000;
/** For the owner alone. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const OTHERS = 0o077;

/**
 * The token that the page's address carries: KINEMACOLOR_REVIEW_TOKEN, else one that is kept in the project, where its owner alone can read
 * it. Throws `usage` for one from outside that is too short.
 */
export async function reviewToken(project: string): Promise<string> {
  const given = process.env.KINEMACOLOR_REVIEW_TOKEN;
  if (!given) return (await keptToken(project)) ?? freshToken(project);
  if (given.length >= MIN_CHARACTERS) return given;
  throw new KinemacolorError(
    'usage',
    `Expected at least ${MIN_CHARACTERS} characters in KINEMACOLOR_REVIEW_TOKEN, received ${given.length}; take "openssl rand -hex 16", or leave it unset.`,
  );
}

const folderOf = (project: string) => join(project, 'private');

/** A token that is still good: young, whole, and closed to others. */
async function keptToken(project: string): Promise<string | undefined> {
  const path = join(folderOf(project), 'token');
  const [folder, file] = await Promise.all([folderOf(project), path].map(one => lstat(one).catch(() => undefined)));
  if (!folder?.isDirectory() || !file?.isFile() || file.nlink !== 1) return undefined;
  if (process.platform !== 'win32' && ((folder.mode | file.mode) & OTHERS) !== 0) return undefined;
  if (Date.now() - file.mtimeMs > LIFE) return undefined;
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.length >= MIN_CHARACTERS ? text : undefined;
}

async function freshToken(project: string): Promise<string> {
  const [folder, token] = [folderOf(project), randomBytes(TOKEN_BYTES).toString('base64url')];
  await makeFolder(folder, { mode: FOLDER_MODE });
  await saveFile(join(folder, 'token'), token, { mode: FILE_MODE });
  return token;
}
