import type { Kernels } from '../../kernels/kernels.ts';
import type { CheckedFlow } from '../../media/fields/flow-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { StageThreads } from '../threads/stage-threads.ts';

/**
 * Optical flow between consecutive frames, both ways. `backward` is at the later frame and leads to the earlier; `forward` the
 * opposite.
 */
export interface FlowPair {
  readonly backward: CheckedFlow;
  readonly forward: CheckedFlow;
}

export interface FlowPairInput {
  readonly earlier: Plane<Uint8Array>;
  readonly later: Plane<Uint8Array>;
  readonly flow: 'fine' | 'fast';
}

/**
 * Pyramid level at which the search ends: 0 is the working grid, 1 half of it (a third of the time, about 0.5 dB less chroma
 * PSNR).
 */
const FINEST_SCALE = { fine: 0, fast: 1 } as const;

/** Runs in a worker thread. */
export function computeFlowPair(kernels: Kernels, { earlier, later, flow }: FlowPairInput): FlowPair {
  const options = { finestScale: FINEST_SCALE[flow] };
  const backward = kernels.estimateFlow(later, earlier, options);
  const forward = kernels.estimateFlow(earlier, later, options);
  return {
    backward: { flow: backward, consistencyError: kernels.consistencyError(backward, forward) },
    forward: { flow: forward, consistencyError: kernels.consistencyError(forward, backward) },
  };
}

/** Flow between two consecutive frames of a shot. */
export function estimateFlowPair(threads: StageThreads, input: FlowPairInput): Promise<FlowPair> {
  return threads.run('computeFlowPair', input);
}
