import { setTimeout as wait } from 'node:timers/promises';
import { KinemacolorError, throwIfAborted } from './errors.ts';
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

/** A signal that fires with the first of these. */
export function eitherOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter(signal => signal !== undefined));
}

/** Resolves when the signal fires. `until`: a signal that ends the listening; the promise then stays pending. */
export function untilAborted(signal: AbortSignal, { until }: { readonly until?: AbortSignal } = {}): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, ...(until && { signal: until }) });
  });
}

/** The result of `work`, unless the signal fires first: then it rejects as `interrupted`, and `work` is no longer waited for. */
export async function unlessAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  const over = new AbortController();
  const aborted = untilAborted(signal, { until: over.signal }).then(() => throwIfAborted(signal) as never);
  return Promise.race([handledLater(work), aborted]).finally(() => over.abort());
}

/** The result of `work`, or undefined after so many milliseconds: it is then no longer waited for. */
export async function within<Value>(milliseconds: number, work: Promise<Value>): Promise<Value | undefined> {
  const over = new AbortController();
  const late = wait(milliseconds, undefined, { signal: over.signal }).catch(() => undefined);
  return Promise.race([handledLater(work), late]).finally(() => over.abort());
}

/**
 * The value of a key, made where it is not kept. Of the values kept those used longest ago go when there are more than `most`; one
 * that fails is not kept, and the caller handles its error.
 */
export function recentValue<Key, Value>(
  kept: Map<Key, Promise<Value>>,
  key: Key,
  { most, make }: { readonly most: number; make(): Promise<Value> },
): Promise<Value> {
  const value = kept.get(key) ?? make();
  kept.delete(key);
  kept.set(key, value);
  value.catch(() => kept.delete(key));
  for (const old of kept.keys()) {
    if (kept.size <= most) break;
    kept.delete(old);
  }
  return value;
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
