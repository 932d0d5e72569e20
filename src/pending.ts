import { KinemacolorError } from './errors.ts';
import { toFailure } from './system-errors.ts';

/** What the process is waiting for, in the order in which it began. */
const waiting = new Set<{ readonly what: string }>();
/** The `reject` functions of all runs, for when nothing is left that could end them. */
const runs = new Set<(cause: KinemacolorError) => void>();
/** Largest number of waits in a message; the latest say most. */
const MAX_NAMED = 5;

/** Wait for `work`. `what` describes it in the message for the case that it never ends. */
export async function pending<Value>(what: string, work: Promise<Value>): Promise<Value> {
  const wait = { what };
  waiting.add(wait);
  try {
    return await work;
  } finally {
    waiting.delete(wait);
  }
}

/** Mark a promise that is awaited later, so that its rejection does not count as unhandled meanwhile. */
export function handledLater<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

/**
 * The result of a run; rejects only with KinemacolorError. If Node has nothing left to wait for, it exits silently with code 13
 * while promises are pending: then this rejects as `internal` and names what was waited for.
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
