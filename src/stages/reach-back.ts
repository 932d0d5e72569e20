import type { Threads } from '../adapters/threads.ts';
import type { ChromaField } from '../media/chroma-field.ts';
import type { Plane } from '../media/plane.ts';
import type { Span } from '../media/span.ts';
import type { KeyedFrame } from './cut-spans.ts';
import { estimateLink } from './estimate-flow.ts';
import type { CarryInput, Manner } from './propagate.ts';

/**
 * The colour that keyframes give to the frames where spans before them end, by frame: a stretch that memory cannot hold is coloured in
 * order, but its second keyframe speaks for frames long before it. `frames`: the shot's, read on until the last such keyframe, or not at
 * all; their grays alone are held meanwhile, a fiftieth of what a span holds.
 */
export async function reachBack(
  frames: AsyncIterable<KeyedFrame>,
  spans: readonly Span[],
  options: Manner & { readonly threads: Threads },
): Promise<ReadonlyMap<number, ChromaField>> {
  const reached = new Map<number, ChromaField>();
  const wanted = spans.flatMap(({ end, right }) => (right.kind === 'carried' ? [{ stop: end - 1, keyframe: right.index }] : []));
  const last = wanted.at(-1)?.keyframe;
  if (last === undefined) return reached;
  const grays = new Map<number, Plane<Uint8Array>>();
  for await (const frame of frames) {
    const [gray, color] = await Promise.all([frame.gray, frame.color]);
    options.threads.release(frame.luma);
    grays.set(frame.index, gray);
    const stops = wanted.filter(({ keyframe }) => keyframe === frame.index).map(({ stop }) => stop);
    if (color && options.kind !== 'steady')
      for (const stop of stops) reached.set(stop, color); // colour is mixed there, not moved
    else if (color && stops.length > 0) {
      await carryBack(color, [...stops, frame.index], grays, reached, options);
      grays.clear();
      grays.set(frame.index, gray);
    }
    if (frame.index === last) break;
  }
  return reached;
}

/** From the last of `stops`, which has this colour, to each of the others; piece by piece, last to first. */
async function carryBack(
  color: ChromaField,
  stops: readonly number[],
  grays: ReadonlyMap<number, Plane<Uint8Array>>,
  reached: Map<number, ChromaField>,
  { threads, ...manner }: Manner & { readonly threads: Threads },
): Promise<void> {
  let at = color;
  for (let i = stops.length - 1; i > 0; i--) {
    const [from, to] = [stops[i]!, stops[i - 1]!];
    const outward = Array.from({ length: from - to + 1 }, (_, step) => grays.get(from - step)!);
    const links = await Promise.all(
      outward.slice(1).map((earlier, step) => estimateLink(threads, { earlier, later: outward[step]!, flow: manner.flow })),
    );
    const input: CarryInput = { color: at, grays: outward, links, outward: 'earlier', ...manner };
    const fields = await threads.run<ChromaField[]>('carryColor', input);
    threads.hold(links, 0);
    threads.hold(fields.slice(0, -1), 0);
    at = fields.at(-1)!;
    reached.set(to, at);
  }
}
