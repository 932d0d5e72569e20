import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { KinemacolorError } from '../../errors.ts';
import { bytesOf, dropFree, giveBack, memoryOf } from '../../media/fields/shared-memory.ts';
import { pending } from '../../pending.ts';
import { countShared } from './shared-garbage.ts';
import { SharedPool } from './shared-pool.ts';
import type { Job, Timed } from './timed-task.ts';

/** A task of a worker file, as `timed` makes it. */
type Task = (job: Job<never>) => Timed<unknown>;
type InputOf<Exported> = Exported extends (job: Job<infer Input>) => unknown ? Input : never;
type OutputOf<Exported> = Exported extends (job: never) => Timed<infer Output> ? Output : never;

/** The names of the tasks among the exports of a worker file. */
export type TaskName<Worker> = { [Name in keyof Worker]: Worker[Name] extends Task ? Name : never }[keyof Worker] & string;
/** The input of a task. */
export type TaskInput<Worker, Name extends keyof Worker> = InputOf<Worker[Name]>;
/** The output of a task. */
export type TaskOutput<Worker, Name extends keyof Worker> = OutputOf<Worker[Name]>;

/**
 * Worker threads. `Worker`: the type of the worker file's module, whose exported functions are the tasks. Planes are passed by
 * reference (shared memory); nothing is copied. `busy`: milliseconds computed per task.
 */
export interface Threads<Worker> {
  readonly size: number;
  readonly busy: ReadonlyMap<string, number>;
  run<Name extends TaskName<Worker>>(task: Name, input: TaskInput<Worker, Name>): Promise<TaskOutput<Worker, Name>>;
  /**
   * Set the number of users that will `release` these planes. Their memory is then lent to the results of later tasks; without
   * users, at once.
   */
  hold(planes: unknown, users: number): void;
  /** One user fewer. Planes that are not held are ignored. */
  release(planes: unknown): void;
  close(): Promise<void>;
}

/**
 * Workers load their file by `import`, not `require`: a thread that is terminated while it requires an ES module crashes the
 * whole process ("IsGraphAsync must be used on an instantiated module", Node 20.20).
 */
const REQUIRE_OF_MODULES = '--experimental-require-module';
const EXEC_ARGV = process.allowedNodeEnvironmentFlags.has(REQUIRE_OF_MODULES) ? ['--no-experimental-require-module'] : [];

/** How V8 and WebAssembly say that the system gave them no memory. */
const OUT_OF_MEMORY = /out of memory|could not allocate|allocation failed/i;

/**
 * Start `size` threads on a compiled worker file. An error in a task rejects its promise as `internal`, or `environment` where
 * memory is refused.
 */
export function openThreads<Worker>(file: URL, size: number): Threads<Worker> {
  const pool = new Piscina({
    filename: fileURLToPath(file),
    minThreads: size,
    maxThreads: size,
    recordTiming: false,
    execArgv: EXEC_ARGV,
  });
  const busy = new Map<string, number>();
  const memory = new SharedPool();
  // If a thread cannot start, no task runs any more: waiting tasks are rejected instead of waiting for ever.
  const broken: { cause?: Error } = {};
  const open = new Set<(cause: Error) => void>();
  pool.on('error', (cause: Error) => {
    broken.cause ??= cause;
    for (const reject of open) reject(cause);
  });
  const submit = (task: string, job: Job<unknown>) =>
    new Promise<unknown>((resolve, reject) => {
      if (broken.cause) return reject(broken.cause);
      open.add(reject);
      void pool
        .run(job, { name: task })
        .then(resolve, reject)
        .finally(() => open.delete(reject));
    });
  return {
    size,
    busy,
    async run<Name extends TaskName<Worker>>(task: Name, input: TaskInput<Worker, Name>): Promise<TaskOutput<Worker, Name>> {
      try {
        const lent = memory.lend(task);
        const unpooled = bytesOf([...memoryOf(input)].filter(buffer => !memory.isHeld(buffer)));
        const job: Job<unknown> = { input, lent, unpooled };
        const { output, spare, milliseconds } = (await pending(`the computation "${task}"`, submit(task, job))) as Timed<
          TaskOutput<Worker, Name>
        >;
        const left = spare.map(place => lent[place]!);
        for (const buffer of left) giveBack(buffer);
        const made = memoryOf(output);
        memory.learn(task, made, lent, left);
        countShared(bytesOf(made) + bytesOf(left) - bytesOf(lent)); // the input was counted where it was created
        busy.set(task, (busy.get(task) ?? 0) + milliseconds);
        return output;
      } catch (cause) {
        const { message } = cause as Error;
        const kind = OUT_OF_MEMORY.test(message) ? 'environment' : 'internal';
        throw new KinemacolorError(kind, `The computation "${task}" failed: ${message}`, {
          cause,
          place: { stage: task },
        });
      }
    },
    hold: (planes, users) => memory.hold(planes, users),
    release: planes => memory.release(planes),
    close: async () => {
      dropFree();
      await pool.destroy();
    },
  };
}
