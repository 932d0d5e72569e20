import { SharedPool } from '../src/adapters/workers/shared-pool.ts';
import type { TaskInput, TaskName, TaskOutput } from '../src/adapters/workers/threads.ts';
import type { Kernels } from '../src/kernels/kernels.ts';
import { memoryOf } from '../src/media/fields/shared-memory.ts';
import { computeFlowPair } from '../src/stages/propagate/estimate-flow.ts';
import { averageFrame, blendCandidates, propagateChroma } from '../src/stages/propagate/propagate.ts';
import type { StageThreads } from '../src/stages/threads/stage-threads.ts';

type StageWorker = typeof import('../src/stages/stage-worker.ts');
type Tasks = { [Name in TaskName<StageWorker>]?: (input: TaskInput<StageWorker, Name>) => TaskOutput<StageWorker, Name> };

/** Runs the worker's tasks in this thread. `recycles`: released memory is overwritten with NaN, as if it were used again. */
export class ThreadsHere implements StageThreads {
  readonly size = 2;
  readonly busy = new Map<string, number>();
  readonly held: unknown[] = [];
  readonly pool = new SharedPool();
  readonly #tasks: Tasks;
  readonly #recycles: boolean;

  constructor(kernels: Kernels, { recycles }: { recycles: boolean }) {
    this.#recycles = recycles;
    this.#tasks = {
      computeFlowPair: input => computeFlowPair(kernels, input),
      propagateChroma: input => propagateChroma(kernels, input),
      blendCandidates: input => blendCandidates(kernels, input),
      averageFrame: input => averageFrame(kernels, input),
    };
  }

  async run<Name extends TaskName<StageWorker>>(
    task: Name,
    input: TaskInput<StageWorker, Name>,
  ): Promise<TaskOutput<StageWorker, Name>> {
    await Promise.resolve();
    return this.#tasks[task]!(input);
  }

  hold(planes: unknown, users: number): void {
    if (!this.#recycles) return;
    this.held.push(planes);
    this.pool.hold(planes, users);
  }

  release(planes: unknown): void {
    if (!this.#recycles) return;
    const before = [...memoryOf(planes)].filter(buffer => this.pool.isHeld(buffer));
    this.pool.release(planes);
    for (const buffer of before) if (!this.pool.isHeld(buffer)) new Float32Array(buffer).fill(Number.NaN);
  }

  async close(): Promise<void> {}
}
