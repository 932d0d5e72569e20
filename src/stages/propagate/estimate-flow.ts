import type { Threads } from '../../adapters/workers/threads.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { Motion } from '../../media/fields/flow-field.ts';
import type { Plane } from '../../media/fields/plane.ts';

/** Motion between two neighbouring frames, both ways: `back` is at the later frame from the earlier, `forth` the other way round. */
export interface Link {
  readonly back: Motion;
  readonly forth: Motion;
}

export interface LinkInput {
  readonly earlier: Plane<Uint8Array>;
  readonly later: Plane<Uint8Array>;
  readonly flow: 'fine' | 'fast';
}

/** The pyramid level the search ends at: 0 is the grid itself, 1 half of it (a third of the time, about 0.5 dB less chroma). */
const FINEST_SCALE = { fine: 0, fast: 1 } as const;

/** Computed in a worker thread. */
export function computeLink(kernels: Kernels, { earlier, later, flow }: LinkInput): Link {
  const options = { finestScale: FINEST_SCALE[flow] };
  const back = kernels.estimateFlow(later, earlier, options);
  const forth = kernels.estimateFlow(earlier, later, options);
  return {
    back: { flow: back, loop: kernels.loopError(back, forth) },
    forth: { flow: forth, loop: kernels.loopError(forth, back) },
  };
}

/** Flow between two neighbouring frames of one shot. */
export function estimateLink(threads: Threads, input: LinkInput): Promise<Link> {
  return threads.run<Link>('computeLink', input);
}
