import { contentState } from '../../adapters/files/file-facts.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { hashFilm } from './hash-film.ts';

/**
 * Throws `source` unless the film is, byte for byte, the planned one. It is hashed again only if it was written to since.
 * `meanwhile`: it was the planned one when the work began.
 */
export async function checkSource({ source }: Plan, when: 'before' | 'meanwhile', signal?: AbortSignal): Promise<void> {
  const { path, sha256 } = source;
  if ((await hashFilm(path, signal)) === sha256) return;
  throw when === 'meanwhile'
    ? changed(path)
    : new KinemacolorError('source', `${path} is not the film this plan was made for (its content differs); make a new plan.`);
}

/** The reason of a failure while a film was read: if the film has changed, that is the reason. Returns what to throw. */
export async function failureReason(cause: unknown, plan: Plan): Promise<unknown> {
  if (cause instanceof KinemacolorError && (cause.kind === 'interrupted' || cause.kind === 'output')) return cause;
  return checkSource(plan, 'meanwhile').then(
    () => cause,
    source => source,
  );
}

/**
 * Record the state of a file. The returned function throws `source` if the file has changed since: replaced, written to, cut or
 * removed.
 */
export async function watchSource(path: string): Promise<() => Promise<void>> {
  const before = await contentState(path);
  return async () => {
    if (before === undefined || (await contentState(path)) !== before) throw changed(path);
  };
}

function changed(path: string): KinemacolorError {
  return new KinemacolorError(
    'source',
    `${path} was changed or replaced while it was being read; leave it as it is and run the same command again.`,
  );
}
