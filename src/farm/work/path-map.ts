import { posix } from 'node:path';
import { KinemacolorError } from '../../errors.ts';
import type { Plan } from '../../media/plan/plan.ts';

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

/** A plan with the paths of this machine. */
export function mappedPlan(plan: Plan, folders: readonly MappedFolder[]): Plan {
  const shots = plan.shots.map(shot => ({
    ...shot,
    keyframes: shot.keyframes.map(({ color, ...rest }) => ({
      ...rest,
      color: color.kind === 'model' ? color : { ...color, path: mappedPath(color.path, folders) },
    })),
  }));
  return { ...plan, source: { ...plan.source, path: mappedPath(plan.source.path, folders) }, shots };
}
