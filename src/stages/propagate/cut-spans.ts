import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { Frame, PictureFormat } from '../../media/film/frame.ts';
import type { ShotKind } from '../../media/plan/shot.ts';
import type { Span } from '../../media/plan/span.ts';
import { handledLater } from '../../pending.ts';
import type { StageThreads } from '../threads/stage-threads.ts';
import { estimateFlowPair, type FlowPair } from './estimate-flow.ts';
import type { WorkingGrid } from './working-grid.ts';

/** A frame with its luma on the working grid and, at a keyframe, its colour. */
export interface KeyedFrame extends Frame {
  readonly gray: Promise<Plane<Uint8Array>>;
  readonly color: Promise<ChromaField> | undefined;
}

/** Frames of one span, and the flow between consecutive ones (none if colour is blended without motion). */
export interface SpanFrames {
  readonly span: Span;
  /** Whether this span renders its first frame. Otherwise the previous span does. */
  readonly rendersFirst: boolean;
  readonly frames: readonly KeyedFrame[];
  readonly flowPairs: readonly Promise<FlowPair>[];
}

/** Starts resizing a frame's luma to the working grid. */
export function shrink(
  threads: StageThreads,
  frame: Frame,
  grid: WorkingGrid,
  format: PictureFormat,
): Promise<Plane<Uint8Array>> {
  return threads.run('shrinkLuma', { luma: frame.luma, factor: grid.factor, codes: format });
}

/** Groups a shot's frames into spans. Flow estimation starts as soon as both of its frames are available. */
export async function* cutSpans(
  frames: AsyncIterable<KeyedFrame>,
  spans: readonly Span[],
  options: { threads: StageThreads; kind: ShotKind; flow: 'fine' | 'fast' },
): AsyncGenerator<SpanFrames> {
  const { threads, kind, flow } = options;
  let at = 0;
  let gathered: KeyedFrame[] = [];
  let flowPairs: Promise<FlowPair>[] = [];
  for await (const frame of frames) {
    const previous = gathered[gathered.length - 1];
    if (previous && kind === 'steady') flowPairs.push(flowPair(threads, previous, frame, flow));
    gathered.push(frame);
    const span = spans[at]!;
    if (frame.index < span.end - 1) continue;
    yield { span, rendersFirst: at === 0, frames: gathered, flowPairs };
    gathered = [frame];
    flowPairs = [];
    at++;
  }
}

function flowPair(threads: StageThreads, earlier: KeyedFrame, later: KeyedFrame, flow: 'fine' | 'fast'): Promise<FlowPair> {
  const grays = Promise.all([earlier.gray, later.gray]);
  return handledLater(grays.then(([one, other]) => estimateFlowPair(threads, { earlier: one, later: other, flow })));
}
