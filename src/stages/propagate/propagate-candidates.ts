import type { Plane } from '../../media/fields/plane.ts';
import { intervalOf, keyframeEnd, type Span } from '../../media/plan/span.ts';
import { handledLater } from '../../pending.ts';
import type { StageThreads } from '../threads/stage-threads.ts';
import type { KeyedFrame, SpanFrames } from './cut-spans.ts';
import type { FlowPair } from './estimate-flow.ts';
import type { Candidate, PropagateInput, PropagationSettings } from './propagate.ts';

/** Frames of one span with their candidate colours. */
export interface CandidateSpan {
  readonly span: Span;
  readonly rendersFirst: boolean;
  readonly frames: readonly KeyedFrame[];
  readonly grays: readonly Plane<Uint8Array>[];
  /** Flow between consecutive frames; none if colour is blended without motion. */
  readonly flowPairs: readonly FlowPair[];
  /** By position in the span; empty if nothing is known. */
  readonly candidates: readonly (readonly Candidate[])[];
}

export type PropagateOptions = PropagationSettings & {
  readonly threads: StageThreads;
  /** Colour of later keyframes at the ends of spans, by frame: see `propagateBackward`. */
  readonly endColors: ReadonlyMap<number, Candidate>;
};

/** One keyframe's candidates for the frames of a span, by position. */
type FrameCandidates = readonly (Candidate | undefined)[];

/** A span whose candidates are still being computed. */
interface SpanInProgress extends Omit<CandidateSpan, 'candidates'> {
  readonly left: Candidate | undefined;
  readonly right: Candidate | undefined;
  readonly sides: {
    left?: Promise<FrameCandidates>;
    right?: Promise<FrameCandidates>;
    beyondLeft?: Promise<FrameCandidates>;
    beyondRight?: Promise<FrameCandidates>;
  };
}

/**
 * Bidirectional propagation: propagates colour through every span from both of its ends, in worker threads. Joined spans also
 * receive colour from the keyframes beyond: content occluded in both adjacent keyframes may be visible there, and averaging more
 * keyframes reduces noise.
 */
export async function* propagateCandidates(
  spans: AsyncIterable<SpanFrames>,
  options: PropagateOptions,
): AsyncGenerator<CandidateSpan> {
  let before: SpanInProgress | undefined;
  let leftColor: Candidate | undefined;
  for await (const frames of spans) {
    const here = await openSpan(frames, leftColor, options);
    if (before) {
      propagateThroughBoth(before, here, options);
      yield await completeSpan(before, options.threads);
    } else here.sides.right = fromRightEnd(here, options);
    before = here.span.joined ? here : undefined;
    if (before) continue;
    here.sides.left = fromLeftEnd(here, options);
    leftColor = (await here.sides.left).at(-1);
    yield await completeSpan(here, options.threads);
  }
}

async function openSpan(
  item: SpanFrames,
  leftColor: Candidate | undefined,
  { endColors }: PropagateOptions,
): Promise<SpanInProgress> {
  const { span, rendersFirst, frames } = item;
  const [grays, flowPairs] = await Promise.all([Promise.all(frames.map(frame => frame.gray)), Promise.all(item.flowPairs)]);
  const left = span.left.kind === 'propagated' ? leftColor : await frames[0]!.color;
  const right = span.right.kind === 'propagated' ? endColors.get(span.end - 1) : await frames.at(-1)!.color;
  return { span, rendersFirst, frames, grays, flowPairs, left, right, sides: {} };
}

type FramePath = Pick<SpanInProgress, 'grays' | 'flowPairs'>;

/** Candidates from the left end, starting with the left end's own colour. */
function fromLeftEnd(
  { span, left, ...rest }: SpanInProgress,
  options: PropagateOptions,
  path: FramePath = rest,
): Promise<FrameCandidates> {
  const steps = span.left.kind === 'open' ? 0 : span.start - span.left.index;
  return handledLater(propagate(left, path, { steps, outward: 'later', interval: intervalOf(span) }, options));
}

/** Candidates from the right end, ending with the right end's own colour. */
function fromRightEnd(
  { span, right, ...rest }: SpanInProgress,
  options: PropagateOptions,
  path: FramePath = rest,
): Promise<FrameCandidates> {
  const steps = span.right.kind === 'open' ? 0 : span.right.index - (span.end - 1);
  const reversed = { grays: path.grays.toReversed(), flowPairs: path.flowPairs.toReversed() };
  const candidates = propagate(right, reversed, { steps, outward: 'earlier', interval: intervalOf(span) }, options);
  return handledLater(candidates.then(fields => fields.toReversed()));
}

/** Propagates through two joined spans: from the left end of the first and from the right end of the second. */
function propagateThroughBoth(first: SpanInProgress, second: SpanInProgress, options: PropagateOptions): void {
  const both = { grays: [...first.grays, ...second.grays.slice(1)], flowPairs: [...first.flowPairs, ...second.flowPairs] };
  const shared = first.frames.length - 1;
  const [fromLeft, fromRight] = [fromLeftEnd(first, options, both), fromRightEnd(second, options, both)];
  first.sides.left = handledLater(fromLeft.then(candidates => candidates.slice(0, shared + 1)));
  second.sides.beyondLeft = handledLater(fromLeft.then(candidates => candidates.slice(shared)));
  first.sides.beyondRight = handledLater(fromRight.then(candidates => candidates.slice(0, shared + 1)));
  second.sides.right = handledLater(fromRight.then(candidates => candidates.slice(shared)));
}

interface PropagationStart extends Pick<PropagateInput, 'outward'> {
  readonly steps: number;
  readonly interval: number;
}

async function propagate(
  color: Candidate | undefined,
  { grays, flowPairs }: FramePath,
  { steps, interval, outward }: PropagationStart,
  { threads, endColors: _, ...settings }: PropagateOptions,
): Promise<FrameCandidates> {
  if (!color) return grays.map(() => undefined);
  const input: PropagateInput = { color, keyframeDistance: { steps, interval }, grays, flowPairs, outward, ...settings };
  return [color, ...(await threads.run('propagateChroma', input))];
}

/**
 * Collects the candidates by frame. Propagated colour stays in memory for the blending, except what is only passed on from the
 * last frame.
 */
async function completeSpan({ left, right, sides, ...rest }: SpanInProgress, threads: StageThreads): Promise<CandidateSpan> {
  const bySide = await Promise.all([sides.left, sides.right, sides.beyondLeft, sides.beyondRight]);
  const last = rest.frames.length - 1;
  const candidates = rest.frames.map((_, place) => {
    const end = keyframeEnd(rest.span, place);
    const own = end && { left, right }[end];
    const all = bySide.flatMap(side => side?.[place] ?? []);
    if (rest.flowPairs.length > 0 && place > 0 && place < last) threads.hold(all, 1);
    return own ? [own] : all;
  });
  return { ...rest, candidates };
}
