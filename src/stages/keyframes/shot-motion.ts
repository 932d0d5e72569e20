import { locate, newTaps, valueAt } from '../../kernels/flow/warp.ts';
import type { FlowField } from '../../media/fields/flow-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { Frame, PictureFormat } from '../../media/film/frame.ts';
import { shrink } from '../propagate/cut-spans.ts';
import { estimateFlowPair } from '../propagate/estimate-flow.ts';
import type { WorkingGrid } from '../propagate/working-grid.ts';
import type { StageThreads } from '../threads/stage-threads.ts';

/** Hints are tracked at half the working grid's resolution. A dot is wider than a cell, and flow costs a quarter. */
const GRID_REDUCTION = 2;
/** Camera motion is the median of the flow at this many positions across and down. */
const PROBES = { across: 16, down: 9 } as const;

/** A small frame of a shot, and its motion from the previous frame, in cells. */
export interface MotionFrame {
  readonly index: number;
  readonly gray: Plane<Uint8Array>;
  /** Flow at the previous frame to this one, and at this one to the previous. Undefined at the first frame. */
  readonly link: { readonly forward: FlowField; readonly backward: FlowField } | undefined;
  /** Motion of the whole picture since the previous frame. */
  readonly camera: { readonly x: number; readonly y: number };
}

/** Lumas and motion of a range of frames. */
export async function* readMotion(
  frames: AsyncIterable<Frame>,
  { threads, grid, format }: { threads: StageThreads; grid: WorkingGrid; format: PictureFormat },
): AsyncGenerator<MotionFrame> {
  const coarse = { ...grid, factor: grid.factor * GRID_REDUCTION };
  let before: Plane<Uint8Array> | undefined;
  for await (const frame of frames) {
    const gray = await shrink(threads, frame, coarse, format);
    const found = before && (await estimateFlowPair(threads, { earlier: before, later: gray, flow: 'fine' }));
    const link = found && { forward: found.forward.flow, backward: found.backward.flow };
    before = gray;
    yield { index: frame.index, gray, link, camera: link ? cameraOf(link.forward) : { x: 0, y: 0 } };
  }
}

function cameraOf(flow: FlowField): { x: number; y: number } {
  const taps = newTaps();
  const [xs, ys]: [number[], number[]] = [[], []];
  for (let j = 0; j < PROBES.down; j++)
    for (let i = 0; i < PROBES.across; i++) {
      locate(taps, ((i + 0.5) / PROBES.across) * flow.width - 0.5, ((j + 0.5) / PROBES.down) * flow.height - 0.5, flow);
      xs.push(valueAt(flow.data, taps, 2, 0));
      ys.push(valueAt(flow.data, taps, 2, 1));
    }
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  return { x: median(xs), y: median(ys) };
}
