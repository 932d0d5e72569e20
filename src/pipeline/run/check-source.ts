import { contentState } from '../../adapters/files/file-facts.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { hashFilm } from './hash-film.ts';

/**
 * Throws `source` unless the film is, byte for byte, the one that the plan was made for. It is read only where its state says that somebody wrote to
 * it since it was read last. `meanwhile`: it was the right one when the work began.
 */
export async function checkSource({ source }: Plan, when: 'before' | 'meanwhile', signal?: AbortSignal): Promise<void> {
  const { path, sha256 } = source;
  if ((await hashFilm(path, signal)) === sha256) return;
  throw when === 'meanwhile'
    ? changed(path)
    : new KinemacolorError('source', `${path} is not the film this plan was made for (its content differs); make a new plan.`);
}

/** Whatever failed while a film was being read: where the film is no longer the same, that is the reason. Returns what to throw. */
export async function reasonOf(cause: unknown, plan: Plan): Promise<unknown> {
  if (cause instanceof KinemacolorError && (cause.kind === 'interrupted' || cause.kind === 'output')) return cause;
  return checkSource(plan, 'meanwhile').then(
    () => cause,
    source => source,
  );
}

/** Remember what a file is; the answer throws `source` where it is another by then: replaced, written to, cut or gone. */
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
