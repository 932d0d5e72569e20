import type { Threads } from '../adapters/threads.ts';
import type { Neighbour } from '../kernels/steady-field.ts';
import type { ChromaField } from '../media/chroma-field.ts';
import type { Frame } from '../media/frame.ts';
import type { Plane } from '../media/plane.ts';
import type { ShotKind } from '../media/shot.ts';
import type { SpanFrames } from './cut-spans.ts';
import type { Link } from './estimate-flow.ts';
import type { BlendInput, SteadyInput } from './propagate.ts';

/** One frame with its colour and, unless that was given, with the frames beside it in its span. */
export interface CarriedFrame {
  readonly frame: Frame;
  readonly gray: Plane<Uint8Array>;
  /** Undefined in a shot without keyframes. */
  readonly color: ChromaField | undefined;
  readonly neighbours: readonly Neighbour[];
}

/** Frames whose colour is mixed before the first of them is handed on. */
const AHEAD = 4;

/** Carry colour through every span from both of its ends, in worker threads, and yield its frames in order. */
export async function* carrySpans(
  spans: AsyncIterable<SpanFrames>,
  options: { threads: Threads; kind: ShotKind; film: 'clean' | 'worn'; flow: 'fine' | 'fast' },
): AsyncGenerator<CarriedFrame> {
  const { threads, kind, film, flow } = options;
  let carriedOver: ChromaField | undefined;
  for await (const { span, renders, frames, links } of spans) {
    const grays = await Promise.all(frames.map(frame => frame.gray));
    const joined = await Promise.all(links);
    const last = frames.length - 1;
    const leftColor = span.left.kind === 'carried' ? carriedOver : await frames[0]!.color;
    const rightColor = span.right.kind === 'keyframe' ? await frames[last]!.color : undefined;
    const carry = (color: ChromaField | undefined, outward: 'later' | 'earlier'): Promise<(ChromaField | undefined)[]> => {
      if (!color) return Promise.resolve(frames.map(() => undefined));
      const turn = <Item>(items: readonly Item[]) => (outward === 'later' ? items : items.toReversed());
      const input = { color, grays: turn(grays), links: turn(joined), outward, kind, film, flow };
      return threads.run<ChromaField[]>('carryColor', input).then(fields => [...turn([color, ...fields])]);
    };
    const [left, right] = await Promise.all([carry(leftColor, 'later'), carry(rightColor, 'earlier')]);
    carriedOver = left[last];
    const given = (place: number) =>
      (place === 0 && span.left.kind === 'keyframe') || (place === last && span.right.kind === 'keyframe');
    const mixes = mixed(threads, { left, right }, grays);
    const colors = averaged(threads, mixes, joined, { frames: frames.length, given });
    for (let i = renders === 'all' ? 0 : 1; i <= last; i++) {
      const { index, ticks, luma } = frames[i]!;
      const neighbours = given(i) ? [] : await beside(colors, joined, i);
      yield { frame: { index, ticks, luma }, gray: grays[i]!, color: await colors(i), neighbours };
    }
  }
}

/** What is asked of one frame of a span, by its place. */
type ByPlace = (place: number) => Promise<ChromaField | undefined>;

/** Work on each of `count` frames once, begun some frames ahead of the one asked for. */
function begunAhead(count: number, work: ByPlace): ByPlace {
  const begun: Promise<ChromaField | undefined>[] = [];
  return place => {
    while (begun.length < Math.min(place + AHEAD + 1, count)) {
      const one = work(begun.length);
      one.catch(() => undefined); // awaited by whoever asks for it
      begun.push(one);
    }
    return begun[place]!;
  };
}

/** The colour of a span's frames, each mixed of its ends, which are let go then. */
function mixed(
  threads: Threads,
  ends: { readonly left: (ChromaField | undefined)[]; readonly right: (ChromaField | undefined)[] },
  grays: readonly Plane<Uint8Array>[],
): ByPlace {
  const reach = Math.max(1, grays.length - 1);
  return begunAhead(grays.length, async place => {
    const [left, right] = [ends.left[place], ends.right[place]];
    ends.left[place] = ends.right[place] = undefined;
    if (!left && !right) return undefined;
    const input: BlendInput = { left, right, gray: grays[place]!, nearness: 1 - place / reach };
    return threads.run<ChromaField>('calmBlend', input);
  });
}

/** The same averaged once with the frames beside: what is averaged again for the film then reaches two frames each way. */
function averaged(
  threads: Threads,
  colors: ByPlace,
  links: readonly Link[],
  { frames, given }: { readonly frames: number; readonly given: (place: number) => boolean },
): ByPlace {
  return begunAhead(frames, async place => {
    const [field, neighbours] = await Promise.all([colors(place), given(place) ? [] : beside(colors, links, place)]);
    if (!field || neighbours.length === 0) return field;
    const input: SteadyInput = { field, neighbours };
    return threads.run<ChromaField>('steadyFrame', input);
  });
}

/** The frames before and after, with their colour and the motion between. */
async function beside(colors: ByPlace, links: readonly Link[], place: number): Promise<Neighbour[]> {
  const [before, after] = [links[place - 1], links[place]];
  const [earlier, later] = await Promise.all([before && colors(place - 1), after && colors(place + 1)]);
  return [
    ...(before && earlier ? [{ field: earlier, toward: before.back, away: before.forth }] : []),
    ...(after && later ? [{ field: later, toward: after.forth, away: after.back }] : []),
  ];
}
