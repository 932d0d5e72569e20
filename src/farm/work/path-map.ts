import { posix } from 'node:path';
import { withModelPaths } from '../../adapters/models/model-store.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { withPaths } from '../../media/plan/plan-paths.ts';

/** A folder as jobs name it, and where this machine has it. Nothing outside such folders is read or written for a job. */
export interface MappedFolder {
  readonly named: string;
  readonly here: string;
}

/** `/film=/mnt/film,/shots`: a folder alone is at the same place here. Throws `usage`. */
export function parseMap(text: string): MappedFolder[] {
  return text.split(',').map(part => {
    const [named = '', here = named, ...more] = part.trim().split('=');
    if (more.length === 0 && posix.isAbsolute(named) && here !== '') return { named: posix.resolve(named), here };
    throw new KinemacolorError(
      'usage',
      `Expected --map as /FOLDER or /FOLDER=/FOLDER-HERE, several with commas between, received "${text}".`,
    );
  });
}

/** Where this machine has a file that a job names. Throws `usage` where it lies in none of the folders. */
export function mappedPath(path: string, folders: readonly MappedFolder[]): string {
  const plain = posix.resolve('/', path);
  for (const { named, here } of folders) {
    if (plain === named) return here;
    if (plain.startsWith(named === '/' ? '/' : `${named}/`)) return posix.join(here, plain.slice(named.length));
  }
  throw new KinemacolorError(
    'usage',
    `A job names ${path}, which lies in no folder of --map (${folders.map(({ named }) => named).join(', ')}); add its folder.`,
  );
}

/** A plan with the paths of this machine. Throws as `mappedPath`. */
export function mappedPlan(plan: Plan, folders: readonly MappedFolder[]): Plan {
  const pathOf = (path: string) => mappedPath(path, folders);
  const { settings, ...moved } = withPaths(plan, pathOf);
  return { ...moved, settings: { ...settings, model: withModelPaths(settings.model, pathOf) } };
}
