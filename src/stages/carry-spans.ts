import type { Threads } from '../adapters/threads.ts';
import { blendEnds } from '../kernels/calm.ts';
import { plainKernels } from '../kernels/kernels.ts';
import type { ChromaField } from '../media/chroma-field.ts';
import type { Frame } from '../media/frame.ts';
import type { Plane } from '../media/plane.ts';
import type { ShotKind } from '../media/shot.ts';
import type { SpanFrames } from './cut-spans.ts';

/** One frame with what each end of its span says about its colour. */
export interface CarriedFrame {
  readonly frame: Frame;
  readonly gray: Plane<Uint8Array>;
  readonly left: ChromaField | undefined;
  readonly right: ChromaField | undefined;
  /** 1 at the left end of the span, 0 at the right. */
  readonly nearness: number;
}

/** Carry colour through every span from both of its ends, in worker threads, and yield its frames in order. */
export async function* carrySpans(
  spans: AsyncIterable<SpanFrames>,
  options: { threads: Threads; kind: ShotKind; film: 'clean' | 'worn'; flow: 'fine' | 'fast' },
): AsyncGenerator<CarriedFrame> {
  const { kind, film, flow } = options;
  let carriedOver: ChromaField | undefined;
  for await (const { span, renders, frames, links } of spans) {
    const grays = await Promise.all(frames.map(frame => frame.gray));
    const joined = await Promise.all(links);
    const leftColor = span.left.kind === 'carried' ? carriedOver : await frames[0]!.color;
    const rightColor = span.right.kind === 'keyframe' ? await frames[frames.length - 1]!.color : undefined;
    const carry = (color: ChromaField | undefined, outward: 'later' | 'earlier'): Promise<(ChromaField | undefined)[]> => {
      if (!color) return Promise.resolve(frames.map(() => undefined));
      const turn = <Item>(items: readonly Item[]) => (outward === 'later' ? items : items.toReversed());
      const input = { color, grays: turn(grays), links: turn(joined), outward, kind, film, flow };
      return options.threads.run<ChromaField[]>('carryColor', input).then(fields => [...turn([color, ...fields])]);
    };
    const [left, right] = await Promise.all([carry(leftColor, 'later'), carry(rightColor, 'earlier')]);
    const reach = Math.max(1, frames.length - 1);
    for (let i = renders === 'all' ? 0 : 1; i < frames.length; i++) {
      const { index, ticks, luma } = frames[i]!;
      yield { frame: { index, ticks, luma }, gray: grays[i]!, left: left[i], right: right[i], nearness: 1 - i / reach };
    }
    const last = frames.length - 1;
    carriedOver = blendEnds(plainKernels, { left: left[last], right: right[last] }, 0.5);
  }
}
