import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { KinemacolorError } from '../errors.ts';
import { checkPlace } from './journal.ts';

/**
 * The door of every result. Throws `usage` where the output is the source itself or a folder, `output` where nothing can be written there, or
 * where a file lies that was not made by us and is not to be replaced.
 */
export async function checkOutput(
  source: string,
  output: string,
  { existing, isOurs }: { existing: 'refuse' | 'replace' | undefined; isOurs: (path: string) => Promise<boolean> },
): Promise<void> {
  const path = resolve(output);
  const [there, same] = await Promise.all([stat(path).catch(() => undefined), sameFile(source, path)]);
  if (same) throw new KinemacolorError('usage', `The output is the input itself (${path}); choose another name with --output.`);
  if (there?.isDirectory())
    throw new KinemacolorError('usage', `Expected a file name for the output, received the folder ${path}.`);
  await checkPlace(path);
  if (there && existing !== 'replace' && !(await isOurs(path))) {
    throw new KinemacolorError(
      'output',
      `${path} exists and was not made by Kinemacolor; choose another name, or replace it with --overwrite.`,
    );
  }
}

async function sameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([a, b].map(path => realpath(path).catch(() => undefined)));
  return one !== undefined && one === other;
}
