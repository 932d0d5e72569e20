import { posix } from 'node:path';
import { withModelPaths } from '../../adapters/models/model-store.ts';
import { isS3Address, parseS3Address } from '../../adapters/object-store/s3-address.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { withPaths } from '../../media/plan/plan-paths.ts';

/**
 * A folder, or a place in S3, as jobs name it, and where this machine has it. Nothing outside of them is read or written for a
 * job.
 */
export interface MappedFolder {
  readonly named: string;
  readonly here: string;
}

/** `/film=/mnt/film,/shots,s3://films`: a folder or place in S3 alone is the same here. Throws `usage`. */
export function parseMap(text: string): MappedFolder[] {
  return text.split(',').map(part => {
    const [named = '', here = named, ...more] = part.trim().split('=');
    const isPlace = posix.isAbsolute(named) || isS3Address(named);
    if (more.length === 0 && isPlace && here !== '') return { named: plain(named), here: isS3Address(here) ? plain(here) : here };
    throw new KinemacolorError(
      'usage',
      `Expected --map as /FOLDER, /FOLDER=/FOLDER-HERE or s3://BUCKET/PREFIX, several with commas between, received "${text}".`,
    );
  });
}

/** Without dots, and without a slash at the end. Throws `usage` for what is no address in S3 but begins like one. */
function plain(place: string): string {
  if (!isS3Address(place)) return posix.resolve('/', place);
  const { bucket, key } = parseS3Address(place);
  return key === '' ? `s3://${bucket}` : `s3://${bucket}/${key}`;
}

/**
 * Where this machine has a file that a job names: a path, or an address in S3. Throws `usage` where it lies in none of the
 * folders.
 */
export function mappedPath(path: string, folders: readonly MappedFolder[]): string {
  const wanted = plain(path);
  for (const { named, here } of folders) {
    if (wanted === named) return here;
    const rest = wanted.slice(named.length);
    if (wanted.startsWith(named === '/' ? '/' : `${named}/`)) return isS3Address(here) ? here + rest : posix.join(here, rest);
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
