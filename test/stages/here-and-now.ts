import { SharedPool } from '../../src/adapters/workers/shared-pool.ts';
import type { Threads } from '../../src/adapters/workers/threads.ts';
import type { Kernels } from '../../src/kernels/kernels.ts';
import { memoryOf } from '../../src/media/fields/shared-memory.ts';
import { computeFlowPair, type FlowPairInput } from '../../src/stages/propagate/estimate-flow.ts';
import {
  averageFrame,
  type BlendInput,
  blendCandidates,
  type PropagateInput,
  propagateChroma,
  type TemporalAverageInput,
} from '../../src/stages/propagate/propagate.ts';

/** The tasks of the worker threads, in this thread. `memory`: is what is let go used anew, after it was spoilt? */
export class HereAndNow implements Threads {
  readonly size = 2;
  readonly busy = new Map<string, number>();
  readonly held: unknown[] = [];
  readonly pool = new SharedPool();
  readonly #tasks: Record<string, (input: never) => unknown>;
  readonly #memory: 'used anew' | 'left alone';

  constructor(kernels: Kernels, memory: 'used anew' | 'left alone') {
    this.#memory = memory;
    this.#tasks = {
      computeFlowPair: (input: FlowPairInput) => computeFlowPair(kernels, input),
      propagateChroma: (input: PropagateInput) => propagateChroma(kernels, input),
      blendCandidates: (input: BlendInput) => blendCandidates(kernels, input),
      averageFrame: (input: TemporalAverageInput) => averageFrame(kernels, input),
    };
  }

  async run<Output>(task: string, input: unknown): Promise<Output> {
    await Promise.resolve();
    return this.#tasks[task]!(input as never) as Output;
  }

  hold(planes: unknown, users: number): void {
    if (this.#memory === 'left alone') return;
    this.held.push(planes);
    this.pool.hold(planes, users);
  }

  release(planes: unknown): void {
    if (this.#memory === 'left alone') return;
    const before = [...memoryOf(planes)].filter(buffer => this.pool.isHeld(buffer));
    this.pool.release(planes);
    for (const buffer of before) if (!this.pool.isHeld(buffer)) new Float32Array(buffer).fill(Number.NaN);
  }

  async close(): Promise<void> {}
}
