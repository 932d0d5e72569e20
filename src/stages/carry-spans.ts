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
    const mixes = mixed(threads, { left, right, grays });
    const colors = averaged(threads, mixes, joined, given, last);
    for (let i = renders === 'all' ? 0 : 1; i <= last; i++) {
      const { index, ticks, luma } = frames[i]!;
      const neighbours = given(i) ? [] : await beside(colors, joined, i);
      yield { frame: { index, ticks, luma }, gray: grays[i]!, color: await colors(i), neighbours };
    }
  }
}

/** The colour of a span's frames, each mixed of its ends once, some frames ahead of the one asked for. */
function mixed(
  threads: Threads,
  {
    left,
    right,
    grays,
  }: { left: (ChromaField | undefined)[]; right: (ChromaField | undefined)[]; grays: readonly Plane<Uint8Array>[] },
): (place: number) => Promise<ChromaField | undefined> {
  const reach = Math.max(1, grays.length - 1);
  const begun: Promise<ChromaField | undefined>[] = [];
  return place => {
    for (let i = begun.length; i <= Math.min(place + AHEAD, grays.length - 1); i++) {
      const input: BlendInput = { left: left[i], right: right[i], gray: grays[i]!, nearness: 1 - i / reach };
      begun[i] = left[i] || right[i] ? threads.run<ChromaField | undefined>('calmBlend', input) : Promise.resolve(undefined);
      begun[i]!.catch(() => undefined); // awaited by whoever asks for it
      left[i] = right[i] = undefined; // what was mixed is not needed any more
    }
    return begun[place]!;
  };
}

/** The same averaged once with the frames beside: what is averaged again for the film then reaches two frames each way. */
function averaged(
  threads: Threads,
  colors: (place: number) => Promise<ChromaField | undefined>,
  links: readonly Link[],
  given: (place: number) => boolean,
  last: number,
): (place: number) => Promise<ChromaField | undefined> {
  const average = async (place: number) => {
    const [field, neighbours] = await Promise.all([colors(place), given(place) ? [] : beside(colors, links, place)]);
    if (!field || neighbours.length === 0) return field;
    return threads.run<ChromaField>('steadyFrame', { field, neighbours } satisfies SteadyInput);
  };
  const begun: Promise<ChromaField | undefined>[] = [];
  return place => {
    for (let i = begun.length; i <= Math.min(place + AHEAD, last); i++) {
      begun[i] = average(i);
      begun[i]!.catch(() => undefined); // awaited by whoever asks for it
    }
    return begun[place]!;
  };
}

/** The frames before and after, with their colour and the motion between. */
async function beside(
  colors: (place: number) => Promise<ChromaField | undefined>,
  links: readonly Link[],
  place: number,
): Promise<Neighbour[]> {
  const neighbours: Neighbour[] = [];
  const add = async (at: number, toward: keyof Link, away: keyof Link) => {
    const link = links[Math.min(at, place)];
    const field = link && (await colors(at));
    if (field) neighbours.push({ field, toward: link[toward], away: link[away] });
  };
  if (place > 0) await add(place - 1, 'back', 'forth');
  if (place < links.length) await add(place + 1, 'forth', 'back');
  return neighbours;
}
