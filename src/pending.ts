import { KinemacolorError } from './errors.ts';
import { toFailure } from './system-errors.ts';

/** What is waited for now, in the order in which it began. */
const waiting = new Set<{ readonly what: string }>();
/** The runs that are told when nothing is left that could end them. */
const runs = new Set<(cause: KinemacolorError) => void>();
/** What a message names at most: the last things begun say most. */
const MAX_NAMED = 5;

/** Wait for `work`. `what` says in a message what was waited for, should nothing ever end it. */
export async function pending<Value>(what: string, work: Promise<Value>): Promise<Value> {
  const wait = { what };
  waiting.add(wait);
  try {
    return await work;
  } finally {
    waiting.delete(wait);
  }
}

/** A promise that is awaited later on: a failure in the meantime must not count as one that nobody caught. */
export function handledLater<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

/**
 * The result of a run, in any case: rejects with KinemacolorError alone. Node ends without a word (exit code 13) where it runs out of things to
 * wait for, and what was promised stays open: then this rejects as `internal` and names what was waited for.
 */
export function guarded<Value>(work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    if (runs.size === 0) process.on('beforeExit', rejectStranded);
    runs.add(reject);
    void work
      .then(resolve, cause => reject(toFailure(cause)))
      .finally(() => {
        runs.delete(reject);
        if (runs.size === 0) process.off('beforeExit', rejectStranded);
      });
  });
}

function rejectStranded(): void {
  const names = [...waiting].slice(-MAX_NAMED).map(({ what }) => what);
  const what = names.length === 0 ? 'something that has no name' : names.join('; ');
  const message = `The run came to a standstill while it waited for ${what}; please report it. What is finished is kept: the same command goes on from there.`;
  for (const reject of runs) reject(new KinemacolorError('internal', message));
}
