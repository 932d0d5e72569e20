import { openThreads, type Threads } from '../../adapters/workers/threads.ts';

/** Worker threads that run the tasks of stage-worker.ts. Names, inputs and outputs of tasks are checked against that module. */
export type StageThreads = Threads<typeof import('../stage-worker.ts')>;

/** Starts `size` threads for the stages. Errors in a task reject its promise as `internal`. */
export function openStageThreads(size: number): StageThreads {
  return openThreads(new URL('../stage-worker.js', import.meta.url), size);
}
