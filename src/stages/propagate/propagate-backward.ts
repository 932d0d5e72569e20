import type { Plane } from '../../media/fields/plane.ts';
import type { PropagatedField } from '../../media/fields/propagated-field.ts';
import { intervalOf, type Span } from '../../media/plan/span.ts';
import type { StageThreads } from '../threads/stage-threads.ts';
import type { KeyedFrame } from './cut-spans.ts';
import { estimateFlowPair } from './estimate-flow.ts';
import { type Candidate, type PropagateInput, type PropagationSettings, withoutMotion } from './propagate.ts';

/**
 * Colour of later keyframes at the frames where earlier spans end, by frame. A stretch too long for memory is coloured span by
 * span, but its second keyframe influences frames long before it.
 * `frames`: the shot's, read up to the last such keyframe, or not at all. Only lumas are held meanwhile, a fiftieth of a span's
 * memory.
 */
export async function propagateBackward(
  frames: AsyncIterable<KeyedFrame>,
  spans: readonly Span[],
  options: PropagationSettings & { readonly threads: StageThreads },
): Promise<ReadonlyMap<number, PropagatedField>> {
  const endColors = new Map<number, PropagatedField>();
  const wanted = spans.flatMap(({ end, left, right }) =>
    right.kind === 'propagated' ? [{ stop: end - 1, keyframe: right.index, interval: intervalOf({ left, right }) }] : [],
  );
  const last = wanted.at(-1)?.keyframe;
  if (last === undefined) return endColors;
  const grays = new Map<number, Plane<Uint8Array>>();
  for await (const frame of frames) {
    const [gray, color] = await Promise.all([frame.gray, frame.color]);
    options.threads.release(frame.luma);
    grays.set(frame.index, gray);
    const due = wanted.filter(({ keyframe }) => keyframe === frame.index);
    const stops = due.map(({ stop }) => stop);
    const interval = due[0]?.interval ?? Number.POSITIVE_INFINITY;
    if (color && options.kind !== 'steady') {
      for (const stop of stops) endColors.set(stop, withoutMotion(color, { steps: frame.index - stop, interval }));
    } else if (color && stops.length > 0) {
      await propagateTo({ color, interval }, [...stops, frame.index], grays, endColors, options);
      grays.clear();
      grays.set(frame.index, gray);
    }
    if (frame.index === last) break;
  }
  return endColors;
}

/** Propagates the last stop's colour to each of the other `stops`, backward piece by piece. */
async function propagateTo(
  { color, interval }: { readonly color: Candidate; readonly interval: number },
  stops: readonly number[],
  grays: ReadonlyMap<number, Plane<Uint8Array>>,
  endColors: Map<number, PropagatedField>,
  { threads, ...settings }: PropagationSettings & { readonly threads: StageThreads },
): Promise<void> {
  let at = color;
  const keyframe = stops.at(-1)!;
  for (let i = stops.length - 1; i > 0; i--) {
    const [from, to] = [stops[i]!, stops[i - 1]!];
    const outward = Array.from({ length: from - to + 1 }, (_, step) => grays.get(from - step)!);
    const flowPairs = await Promise.all(
      outward.slice(1).map((earlier, step) => estimateFlowPair(threads, { earlier, later: outward[step]!, flow: settings.flow })),
    );
    const keyframeDistance = { steps: keyframe - from, interval };
    const input: PropagateInput = { color: at, keyframeDistance, grays: outward, flowPairs, outward: 'earlier', ...settings };
    const fields = await threads.run('propagateChroma', input);
    threads.hold(flowPairs, 0);
    threads.hold(fields.slice(0, -1), 0);
    const field = fields.at(-1)!;
    endColors.set(to, field);
    at = field;
  }
}
