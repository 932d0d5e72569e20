import PQueue from 'p-queue';
import { type FailureKind, KinemacolorError, throwIfAborted } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import type { StillReport } from '../stills/render-still.ts';
import type { BatchFilm } from './film-of-batch.ts';

/** A film or a picture that could not be coloured. */
export interface FailedSource {
  /** The film or the picture. */
  readonly source: string;
  /** The kind of failure. */
  readonly kind: FailureKind;
  /** What went wrong, in one sentence. */
  readonly message: string;
}

type Finished = StillReport | BatchFilm;

export interface QueueOptions {
  readonly concurrency: number;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly stopAfterShot?: AbortSignal | undefined;
}

/** Kinds of failure that concern all sources and end the run; any other kind concerns one. */
const FATAL_KINDS: readonly FailureKind[] = ['model', 'interrupted', 'internal'];

/**
 * Work through the sources in order, some at once. One that fails does not stop the others. Throws `interrupted` where it was
 * stopped before the last one, and what concerns all of them.
 */
export async function eachInTurn<Item extends { readonly source: string }>(
  items: readonly Item[],
  color: (item: Item) => Promise<Finished>,
  { concurrency, onProgress, signal, stopAfterShot }: QueueOptions,
): Promise<{ done: Finished[]; failed: FailedSource[] }> {
  const queue = new PQueue({ concurrency });
  const ends: (Finished | FailedSource | undefined)[] = items.map(() => undefined);
  const state: { fatal?: unknown } = {};
  const report = progressOf(items.length, onProgress);
  onProgress?.({ type: 'queue', done: 0, total: items.length, secondsLeft: undefined });
  const stop = () => queue.clear();
  stopAfterShot?.addEventListener('abort', stop);
  try {
    for (const [i, item] of items.entries()) {
      queue.add(async () => {
        if (signal?.aborted || stopAfterShot?.aborted || state.fatal !== undefined) return;
        try {
          ends[i] = await color(item);
        } catch (cause) {
          ends[i] = failureOf(item, cause);
          if (ends[i]) return report(ends[i]);
          state.fatal ??= cause;
          return stop();
        }
        report(ends[i]);
      });
    }
    await queue.onIdle();
  } finally {
    stopAfterShot?.removeEventListener('abort', stop);
  }
  throwIfAborted(signal);
  const found = ends.filter(end => end !== undefined);
  if (state.fatal !== undefined && !isInterruption(state.fatal)) throw state.fatal;
  if (found.length < items.length) {
    throw new KinemacolorError(
      'interrupted',
      `The run was stopped after ${found.length} of ${items.length} films and pictures; the same command goes on with the others.`,
    );
  }
  return { done: found.filter(end => 'outcome' in end), failed: found.filter(end => 'kind' in end) };
}

function isInterruption(cause: unknown): boolean {
  return cause instanceof KinemacolorError && cause.kind === 'interrupted';
}

function failureOf({ source }: { readonly source: string }, cause: unknown): FailedSource | undefined {
  if (!(cause instanceof KinemacolorError) || FATAL_KINDS.includes(cause.kind)) return undefined;
  return { source, kind: cause.kind, message: cause.message };
}

function progressOf(total: number, onProgress: OnProgress | undefined): (end: Finished | FailedSource) => void {
  const started = performance.now();
  const state = { done: 0 };
  return end => {
    state.done++;
    if (!onProgress) return;
    if ('kind' in end) onProgress({ type: 'failed', source: end.source, message: end.message });
    else if ('depth' in end) {
      for (const message of end.warnings) onProgress({ type: 'warning', message });
      const { source, output, width, height, depth, outcome } = end;
      onProgress({ type: 'picture-done', source, path: output, width, height, depth, outcome });
    }
    const secondsLeft = ((performance.now() - started) / 1000 / state.done) * (total - state.done);
    onProgress({ type: 'queue', done: state.done, total, secondsLeft });
  };
}
