import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readPrivate, savePrivate } from '../../adapters/files/private-file.ts';
import { KinemacolorError } from '../../errors.ts';

/** Bytes of a token: too many to guess. */
const TOKEN_BYTES = 24;
/** Least number of characters of a token that a person chose: 16 bytes in any encoding. */
const MIN_CHARACTERS = 24;
/**
 * Milliseconds after which the server makes a new token when it starts: a page left open overnight keeps working, a copied
 * address does not.
 */
const MAX_AGE = 24 * 60 * 60 * 1000;

/**
 * The token in the page's address: KINEMACOLOR_REVIEW_TOKEN, else one kept in the project, where only its owner can read it.
 * Throws `usage` where the variable's value is too short, `output` where a new token cannot be written.
 */
export async function reviewToken(project: string): Promise<string> {
  return chosenToken('KINEMACOLOR_REVIEW_TOKEN') ?? (await keptToken(join(project, 'private', 'token')));
}

/** The token that a person chose in an environment variable. Throws `usage` where it is too short. */
export function chosenToken(variable: string): string | undefined {
  const given = process.env[variable];
  if (!given || given.length >= MIN_CHARACTERS) return given || undefined;
  throw new KinemacolorError(
    'usage',
    `Expected at least ${MIN_CHARACTERS} characters in ${variable}, received ${given.length}; take "openssl rand -hex 16", or leave it unset.`,
  );
}

/** A token that nobody can guess. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

async function keptToken(path: string): Promise<string> {
  const kept = await readPrivate(path, MAX_AGE);
  if (kept !== undefined && kept.length >= MIN_CHARACTERS) return kept;
  const token = newToken();
  await savePrivate(path, token);
  return token;
}
