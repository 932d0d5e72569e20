import { type BigIntStats, constants } from 'node:fs';
import { access, lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { KinemacolorError } from '../../errors.ts';
import { cannotWrite } from '../../system-errors.ts';
import { isSealed } from './seal.ts';

/** What to do with a file at an output path that Kinemacolor did not make: refuse it or replace it. */
export type Existing = 'refuse' | 'replace';

export interface OutputRequest {
  readonly path: string;
  /** What it is, as a noun in a sentence: `output`, `report`. */
  readonly what: string;
  /** The option that names it. */
  readonly option: string;
  /** Was the existing file made by Kinemacolor and not changed since? Default: it carries a valid seal. */
  readonly isOurs?: ((path: string) => Promise<boolean>) | undefined;
}

/** A path that may be written to. */
export interface OutputPlace {
  /** Absolute. */
  readonly path: string;
  /** Check again when everything is written: throws as `guardOutputs` does where a file appeared that may not be replaced. */
  recheck(): Promise<void>;
}

/** The files that a run reads, identified by disk and inode, so that links and other spellings are recognised. */
export type Inputs = ReadonlyMap<string, string>;

/** Identify the files that a run reads; a folder stands for the files in it. Missing files are skipped. */
export async function inputsAt(paths: readonly string[]): Promise<Inputs> {
  const inputs = new Map<string, string>();
  const add = async (path: string, depth: number): Promise<void> => {
    const found = await stat(path, { bigint: true }).catch(() => undefined);
    if (found?.isDirectory() && depth === 0) {
      for (const name of await readdir(path).catch(() => [])) await add(join(path, name), depth + 1);
    } else if (found) inputs.set(fileId(found), path);
  };
  for (const path of paths) await add(path, 0);
  return inputs;
}

export interface GuardOptions {
  readonly inputs: Inputs;
  readonly existing: Existing | undefined;
  /** Other outputs of the same run, which are checked elsewhere. */
  readonly others?: readonly string[] | undefined;
}

/**
 * Check every output path of a run, before any work. Throws `usage` where a path is an input of the run (under any name), a
 * folder, a device or another output; `output` where nothing can be written there, or where a file exists that Kinemacolor did
 * not make (or that was changed since) and that may not be replaced.
 */
export async function guardOutputs(
  requests: readonly OutputRequest[],
  { inputs, existing, others = [] }: GuardOptions,
): Promise<OutputPlace[]> {
  const names = new Map<string, Pick<OutputRequest, 'what'>>();
  for (const path of others) names.set(await canonicalName(resolve(path)), { what: 'output' });
  const places: OutputPlace[] = [];
  for (const one of requests) {
    const path = resolve(one.path);
    const check = () => checkPlace({ ...one, path }, inputs, existing ?? 'refuse');
    await check();
    const name = await canonicalName(path);
    const other = names.get(name);
    if (other)
      throw new KinemacolorError(
        'usage',
        `The ${one.what} and the ${other.what} have the same name (${path}); choose another with ${one.option}.`,
      );
    names.set(name, one);
    places.push({ path, recheck: () => recheck(check, path) });
  }
  return places;
}

/** As `guardOutputs`, for one path. */
export async function guardOutput(requests: OutputRequest, options: GuardOptions): Promise<OutputPlace> {
  const [place] = await guardOutputs([requests], options);
  return place!;
}

async function checkPlace(requests: OutputRequest, inputs: Inputs, existing: Existing): Promise<void> {
  const { path, what, option, isOurs = isSealed } = requests;
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  const input = found && inputs.get(fileId(found));
  if (input !== undefined) {
    const named = resolve(input) === path ? path : `${path} is ${resolve(input)}`;
    throw new KinemacolorError('usage', `The ${what} is the input itself (${named}); choose another name with ${option}.`);
  }
  if (found?.isDirectory())
    throw new KinemacolorError('usage', `Expected a file name for the ${what}, received the folder ${path}.`);
  if (found && !found.isFile())
    throw new KinemacolorError(
      'usage',
      `Expected a file name for the ${what}, but ${path} is a device or a pipe; choose another with ${option}.`,
    );
  await access(`${dirname(path)}/.`, constants.W_OK).catch(cause => {
    throw cannotWrite(path, cause, `choose another place with ${option}`);
  });
  if (existing === 'replace') return;
  const dangling = !found && (await lstat(path).catch(() => undefined)) !== undefined;
  if (!dangling && !(found && !(await isOurs(path)))) return;
  throw new KinemacolorError(
    'output',
    `${path} exists and was not made by Kinemacolor, or was changed since; choose another name, or replace it with --overwrite.`,
  );
}

async function recheck(check: () => Promise<void>, path: string): Promise<void> {
  await check().catch(cause => {
    throw new KinemacolorError('output', `A file appeared at ${path} during the work; it is kept. ${(cause as Error).message}`, {
      cause,
    });
  });
}

/** Is this file an input, under any name? */
export async function isInput(path: string, inputs: Inputs): Promise<boolean> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found !== undefined && inputs.has(fileId(found));
}

/** Identifies a file independently of its name: disk and inode. */
function fileId({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

/** One spelling for a path that may not exist yet, to compare outputs. */
async function canonicalName(path: string): Promise<string> {
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  const name = join(folder, basename(path));
  return process.platform === 'win32' || process.platform === 'darwin' ? name.toLowerCase() : name;
}
