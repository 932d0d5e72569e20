import { bytesOf, memoryOf, withLent } from '../../media/fields/shared-memory.ts';
import { countShared } from './shared-garbage.ts';

// Apart from threads.ts, so that no thread loads what its pool is made of.

/**
 * The arguments of a task in a worker: its input, memory for its result, and the bytes of the input that are not in the pool.
 */
export interface Job<Input> {
  readonly input: Input;
  readonly lent: readonly SharedArrayBuffer[];
  readonly unpooled: number;
}

/** The return value of a task in a worker: its result, which of the lent memory is not in it, and its duration. */
export interface Timed<Output> {
  readonly output: Output;
  readonly spare: readonly number[];
  readonly milliseconds: number;
}

/** Wrap a task so that it reports its duration. */
export function timed<Input, Output>(task: (input: Input) => Output): (job: Job<Input>) => Timed<Output> {
  return ({ input, lent, unpooled }) => {
    const started = performance.now();
    const output = withLent(lent, () => task(input));
    const made = memoryOf(output);
    const spare = [...lent.keys()].filter(place => !made.has(lent[place]!));
    for (const buffer of lent) made.delete(buffer);
    countShared(unpooled + bytesOf(made));
    return { output, spare, milliseconds: performance.now() - started };
  };
}
