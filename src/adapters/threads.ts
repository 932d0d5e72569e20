import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { KinemacolorError } from '../errors.ts';
import { countShared } from './shared-garbage.ts';

/**
 * Worker threads for the arithmetic. A task is an exported function of the worker file; planes are handed over by reference
 * (shared memory), nothing is copied. `busy` adds up the milliseconds each kind of task computed.
 */
export interface Threads {
  readonly size: number;
  readonly busy: ReadonlyMap<string, number>;
  run<Output>(task: string, input: unknown): Promise<Output>;
  close(): Promise<void>;
}

/** What a task of the worker file returns: its result and how long it computed. */
export interface Timed<Output> {
  readonly output: Output;
  readonly milliseconds: number;
}

/** Make a worker's task tell how long it computed. */
export function timed<Input, Output>(task: (input: Input) => Output): (input: Input) => Timed<Output> {
  return input => {
    const started = performance.now();
    const output = task(input);
    countShared([input, output]);
    return { output, milliseconds: performance.now() - started };
  };
}

/**
 * A worker loads its file by import, not by require: a thread that is ended while it requires a module of today's kind takes the whole
 * process with it ("IsGraphAsync must be used on an instantiated module", Node 20.20).
 */
const REQUIRE_OF_MODULES = '--experimental-require-module';
const EXEC_ARGV = process.allowedNodeEnvironmentFlags.has(REQUIRE_OF_MODULES) ? ['--no-experimental-require-module'] : [];

/** Start `size` threads on a compiled worker file. Errors in a task reject its promise as `internal`. */
export function openThreads(file: URL, size: number): Threads {
  const pool = new Piscina({
    filename: fileURLToPath(file),
    minThreads: size,
    maxThreads: size,
    recordTiming: false,
    execArgv: EXEC_ARGV,
  });
  const busy = new Map<string, number>();
  return {
    size,
    busy,
    async run<Output>(task: string, input: unknown): Promise<Output> {
      try {
        const { output, milliseconds } = (await pool.run(input, { name: task })) as Timed<Output>;
        countShared(output); // what went in was counted where it was made
        busy.set(task, (busy.get(task) ?? 0) + milliseconds);
        return output;
      } catch (cause) {
        throw new KinemacolorError('internal', `The computation "${task}" failed: ${(cause as Error).message}`, {
          cause,
          place: { stage: task },
        });
      }
    },
    close: () => pool.destroy(),
  };
}
