import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/**
 * V8 ignores shared memory when it decides whether to collect garbage: a 4K plane in a SharedArrayBuffer counts as a small
 * object, so a thread that makes little else would keep gigabytes of dead planes. Each thread therefore counts the shared
 * memory it handles and collects garbage itself.
 */

/** `major`: all garbage. `minor`: recent garbage only, in a tenth of the time. */
type Collection = 'major' | 'minor';

/**
 * Shared bytes between two collections. The main thread holds planes for as long as a span, so that only a major collection
 * frees them; it takes about 10 ms, and all workers wait. A worker drops its planes after every task.
 */
const COLLECT_EVERY = isMainThread ? 16e6 : 12e6;
/** One collection in so many is major in a worker, for planes that survived several minor ones. */
const MAJOR_EVERY = isMainThread ? 1 : 8;

/**
 * V8's own incremental marking starts whenever the thread is idle and looks through the whole heap: a twelfth of all CPU time of a run, for
 * garbage that the collections above free anyway. Off, V8 still collects when its heap is full.
 */
const NO_IDLE_MARKING = '--no-incremental-marking';

/** Report to this thread that it created or received so many bytes of shared memory that will not be reused. */
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

/**
 * V8's garbage collector, which Node exposes to a new context once the flag is set. In Node 20 any argument means a minor
 * collection.
 */
function exposeCollector(): (kind: Collection) => void {
  setFlagsFromString(NO_IDLE_MARKING);
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options?: { type: 'minor' }) => void;
  return kind => (kind === 'major' ? gc() : gc({ type: 'minor' }));
}
