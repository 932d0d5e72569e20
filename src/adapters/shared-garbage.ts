import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * V8 does not count shared memory when it decides whether to collect garbage: to it a 4K plane on a SharedArrayBuffer weighs as much as a
 * small object, and a thread that makes little else lets gigabytes of dead planes lie. So each thread counts what passes through its hands
 * and collects by itself.
 */

/** Shared bytes a thread lets pass between two collections. A collection takes some 5 ms, a 720p frame brings about 13 MB. */
const COLLECT_EVERY = 48e6;

/** Tell this thread that it has made or been given these planes: a typed array, or lists and records of them, to any depth. */
export const countShared: (planes: unknown) => void = openCounter(exposeCollector());

function openCounter(collect: () => void): (planes: unknown) => void {
  let passed = 0;
  return planes => {
    passed += sharedBytes(planes);
    if (passed < COLLECT_EVERY) return;
    passed = 0;
    collect();
  };
}

/** Bytes of the typed arrays on shared memory in a value; an array met twice counts twice. */
export function sharedBytes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (value instanceof SharedArrayBuffer) return value.byteLength;
  if (ArrayBuffer.isView(value)) return value.buffer instanceof SharedArrayBuffer ? value.byteLength : 0;
  let sum = 0;
  for (const part of Array.isArray(value) ? value : Object.values(value)) sum += sharedBytes(part);
  return sum;
}

/** V8's own collector; Node shows it to a fresh context once the flag is set. */
function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
