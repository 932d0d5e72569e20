import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/**
 * V8 does not count shared memory when it decides whether to collect garbage: to it a 4K plane on a SharedArrayBuffer weighs as much as a
 * small object, and a thread that makes little else lets gigabytes of dead planes lie. So each thread counts what passes through its hands
 * and collects by itself.
 */

/** A collection of all that is dead, or of what has become so since the last collections alone: a tenth of the time. */
type Collection = 'major' | 'minor';

/**
 * Shared bytes a thread lets pass between two collections. The main thread holds planes for as long as a span lasts, so that only a major
 * collection finds them dead; it takes some 10 ms, and all workers wait. A worker forgets its planes with every task.
 */
const COLLECT_EVERY = isMainThread ? 16e6 : 12e6;
/** Every so many collections of a worker one is major, for what happened to be in hand at several of them. */
const MAJOR_EVERY = isMainThread ? 1 : 8;

/** Tell this thread that it has made or been given so many bytes of shared memory that nobody will lend again. */
export const countShared: (bytes: number) => void = openCounter(exposeCollector());

function openCounter(collect: (kind: Collection) => void): (bytes: number) => void {
  let passed = 0;
  let collections = 0;
  return bytes => {
    passed += bytes;
    if (passed < COLLECT_EVERY) return;
    passed = 0;
    collections++;
    collect(collections % MAJOR_EVERY === 0 ? 'major' : 'minor');
  };
}

/** V8's own collector; Node shows it to a fresh context once the flag is set. Node 20 takes any argument for the wish for a minor collection. */
function exposeCollector(): (kind: Collection) => void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options?: { type: 'minor' }) => void;
  return kind => (kind === 'major' ? gc() : gc({ type: 'minor' }));
}
