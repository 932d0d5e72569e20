import type { Threads } from '../../adapters/workers/threads.ts';
import type { CarriedField } from '../../media/fields/carried-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { intervalOf, keyframeAt, type Span } from '../../media/plan/span.ts';
import { quietly } from '../../pending.ts';
import type { KeyedFrame, SpanFrames } from './cut-spans.ts';
import type { Link } from './estimate-flow.ts';
import type { Candidate, CarryInput, Manner } from './propagate.ts';

/** The frames of one span, and what keyframes say of each. */
export interface SaidSpan {
  readonly span: Span;
  readonly renders: SpanFrames['renders'];
  readonly frames: readonly KeyedFrame[];
  readonly grays: readonly Plane<Uint8Array>[];
  /** Motion between neighbours; none where colour is mixed without motion. */
  readonly links: readonly Link[];
  /** By the frame's place in the span; none where nothing is known. */
  readonly said: readonly (readonly Candidate[])[];
}

export type CarryOptions = Manner & {
  readonly threads: Threads;
  /** Colour of later keyframes where spans end, by frame: see `reachBack`. */
  readonly reached: ReadonlyMap<number, Candidate>;
};

/** What one keyframe says of the frames of a span, by their place. */
type Told = readonly (Candidate | undefined)[];

/** A span whose frames are there. What is told of it is filled in as it becomes known. */
interface OpenSpan extends Omit<SaidSpan, 'said'> {
  readonly left: Candidate | undefined;
  readonly right: Candidate | undefined;
  readonly told: { left?: Promise<Told>; right?: Promise<Told>; beyondLeft?: Promise<Told>; beyondRight?: Promise<Told> };
}

/**
 * Carry colour through every span from both of its ends, in worker threads, and where spans are joined from the keyframes beyond as well: a
 * thing that both neighbouring keyframes hide may be seen there, and the mean of more keyframes has less noise.
 */
export async function* carryCandidates(spans: AsyncIterable<SpanFrames>, options: CarryOptions): AsyncGenerator<SaidSpan> {
  let before: OpenSpan | undefined;
  let carriedOver: Candidate | undefined;
  for await (const frames of spans) {
    const here = await opened(frames, carriedOver, options);
    if (before) {
      carryThroughBoth(before, here, options);
      yield await closed(before, options.threads);
    } else here.told.right = carryBack(here, options);
    before = here.span.joined ? here : undefined;
    if (before) continue;
    here.told.left = carryOn(here, options);
    carriedOver = (await here.told.left).at(-1);
    yield await closed(here, options.threads);
  }
}

async function opened(item: SpanFrames, carriedOver: Candidate | undefined, { reached }: CarryOptions): Promise<OpenSpan> {
  const { span, renders, frames } = item;
  const [grays, links] = await Promise.all([Promise.all(frames.map(frame => frame.gray)), Promise.all(item.links)]);
  const left = span.left.kind === 'carried' ? carriedOver : await frames[0]!.color;
  const right = span.right.kind === 'carried' ? reached.get(span.end - 1) : await frames.at(-1)!.color;
  return { span, renders, frames, grays, links, left, right, told: {} };
}

type Through = Pick<OpenSpan, 'grays' | 'links'>;

/** The left end's colour in each frame, itself first. */
function carryOn({ span, left, ...rest }: OpenSpan, options: CarryOptions, through: Through = rest): Promise<Told> {
  const steps = span.left.kind === 'open' ? 0 : span.start - span.left.index;
  return quietly(carry(left, through, { steps, outward: 'later', interval: intervalOf(span) }, options));
}

/** The right end's colour in each frame, itself last. */
function carryBack({ span, right, ...rest }: OpenSpan, options: CarryOptions, through: Through = rest): Promise<Told> {
  const steps = span.right.kind === 'open' ? 0 : span.right.index - (span.end - 1);
  const turned = { grays: through.grays.toReversed(), links: through.links.toReversed() };
  const told = carry(right, turned, { steps, outward: 'earlier', interval: intervalOf(span) }, options);
  return quietly(told.then(fields => fields.toReversed()));
}

/** Two joined spans: from the first one's left end, and from the second one's right end, through both. */
function carryThroughBoth(first: OpenSpan, second: OpenSpan, options: CarryOptions): void {
  const both = { grays: [...first.grays, ...second.grays.slice(1)], links: [...first.links, ...second.links] };
  const meet = first.frames.length - 1;
  const [fromLeft, fromRight] = [carryOn(first, options, both), carryBack(second, options, both)];
  first.told.left = quietly(fromLeft.then(told => told.slice(0, meet + 1)));
  second.told.beyondLeft = quietly(fromLeft.then(told => told.slice(meet)));
  first.told.beyondRight = quietly(fromRight.then(told => told.slice(0, meet + 1)));
  second.told.right = quietly(fromRight.then(told => told.slice(meet)));
}

interface Course extends Pick<CarryInput, 'outward'> {
  readonly steps: number;
  readonly interval: number;
}

async function carry(
  color: Candidate | undefined,
  { grays, links }: Through,
  { steps, interval, outward }: Course,
  { threads, reached: _, ...manner }: CarryOptions,
): Promise<Told> {
  if (!color) return grays.map(() => undefined);
  const input: CarryInput = { color, standing: { steps, interval }, grays, links, outward, ...manner };
  return [color, ...(await threads.run<CarriedField[]>('carryColor', input))];
}

/** All that is told, gathered by frame. What was carried is held for who mixes it, but for what goes on from the last frame. */
async function closed({ left, right, told, ...rest }: OpenSpan, threads: Threads): Promise<SaidSpan> {
  const sides = await Promise.all([told.left, told.right, told.beyondLeft, told.beyondRight]);
  const last = rest.frames.length - 1;
  const said = rest.frames.map((_, place) => {
    const end = keyframeAt(rest.span, place);
    const own = end && { left, right }[end];
    const all = sides.flatMap(side => side?.[place] ?? []);
    if (rest.links.length > 0 && place > 0 && place < last) threads.hold(all, 1);
    return own ? [own] : all;
  });
  return { ...rest, said };
}
