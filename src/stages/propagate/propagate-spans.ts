import type { Threads } from '../../adapters/workers/threads.ts';
import type { Neighbour } from '../../kernels/propagation/temporal-average.ts';
import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { Frame } from '../../media/film/frame.ts';
import { intervalOf, keyframeAt } from '../../media/plan/span.ts';
import type { SpanFrames } from './cut-spans.ts';
import type { FlowPair } from './estimate-flow.ts';
import { averagesIn, type BlendInput, type Candidate, type TemporalAverageInput } from './propagate.ts';
import { type PropagateOptions, propagateCandidates } from './propagate-candidates.ts';

/** One frame with its colour and, unless that was given, with the frames beside it in its span. */
export interface PropagatedFrame {
  readonly frame: Frame;
  readonly gray: Plane<Uint8Array>;
  /** Undefined in a shot without keyframes. */
  readonly color: ChromaField | undefined;
  readonly neighbours: readonly Neighbour[];
  /** To be called once when neither the colour nor the neighbours are needed any more. */
  readonly release: () => void;
}

/** Frames whose colour is mixed before the first of them is handed on. */
const AHEAD = 4;

/**
 * Mix what keyframes say of each frame of every span (see `propagateCandidates`), average it along the motion, and yield the frames in order.
 * Memory is let go as soon as its last reader is done: what was carried once it is mixed, the mixes once they are averaged, averages and
 * motion with the frames.
 */
export async function* propagateSpans(
  spans: AsyncIterable<SpanFrames>,
  options: PropagateOptions,
): AsyncGenerator<PropagatedFrame> {
  const { threads } = options;
  for await (const { span, renders, frames, grays, flowPairs, candidates } of propagateCandidates(spans, options)) {
    const last = frames.length - 1;
    const first = renders === 'all' ? 0 : 1;
    const leans = (place: number) => flowPairs.length > 0 && place >= 0 && place <= last && !keyframeAt(span, place);
    const passes = averagesIn(intervalOf(span), options.detail);
    const readers = countReaders(leans, first, passes);
    for (const [place, flowPair] of flowPairs.entries()) {
      threads.hold(flowPair.backward, readers.ofMotion(place + 1));
      threads.hold(flowPair.forward, readers.ofMotion(place));
    }
    let colors = mixed(threads, [...candidates], grays, readers);
    for (let pass = 1; pass <= passes; pass++) {
      const ofResult = pass < passes ? readers.ofMix : readers.ofAverage;
      colors = averaged(threads, colors, flowPairs, { frames: frames.length, leans, ofResult });
    }
    for (let i = first; i <= last; i++) {
      const { index, ticks, luma } = frames[i]!;
      const color = await colors(i);
      const neighbours = leans(i) ? await beside(colors, flowPairs, i) : [];
      const release = () => threads.release([color, neighbours]);
      yield { frame: { index, ticks, luma }, gray: grays[i]!, color, neighbours, release };
    }
  }
}

/** How often each result is read before it can be let go, by the place of its frame in the span. */
interface Readers {
  /** Of the frame's colour as it is mixed, and after each average but the last. */
  ofMix(place: number): number;
  /** Of the last average. */
  ofAverage(place: number): number;
  /** Of the motion from the frame to one beside it. */
  ofMotion(place: number): number;
}

/** `leans`: is the frame there, and averaged with the frames beside it? Frames from `first` on are handed on. */
function countReaders(leans: (place: number) => boolean, first: number, passes: number): Readers {
  const handedOn = (place: number) => (place >= first ? 1 : 0);
  const beside = (place: number) => [place - 1, place + 1].filter(leans);
  const ofAverage = (place: number) => handedOn(place) + beside(place).filter(handedOn).length;
  return {
    // A colour that was given goes through every average as it is.
    ofMix: place => (leans(place) ? beside(place).length + 1 : passes * beside(place).length + ofAverage(place)),
    ofAverage,
    ofMotion: place => (leans(place) ? passes + handedOn(place) : 0),
  };
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

/** The colour of a span's frames, each mixed of what is said of it, which is let go then. */
function mixed(
  threads: Threads,
  byPlace: (readonly Candidate[])[],
  grays: readonly Plane<Uint8Array>[],
  readers: Readers,
): ByPlace {
  return begunAhead(grays.length, async place => {
    const candidates = byPlace[place]!;
    byPlace[place] = [];
    if (candidates.length === 0) return undefined;
    const input: BlendInput = { candidates, gray: grays[place]! };
    const mix = await threads.run<ChromaField>('blendCandidates', input);
    threads.release(candidates);
    threads.hold(mix, readers.ofMix(place));
    return mix;
  });
}

/** The same averaged once with the frames beside; what is averaged several times reaches as many frames each way. */
function averaged(
  threads: Threads,
  colors: ByPlace,
  flowPairs: readonly FlowPair[],
  options: {
    readonly frames: number;
    readonly leans: (place: number) => boolean;
    readonly ofResult: (place: number) => number;
  },
): ByPlace {
  const { frames, leans, ofResult } = options;
  return begunAhead(frames, async place => {
    if (!leans(place)) return colors(place);
    const [field, neighbours] = await Promise.all([colors(place), beside(colors, flowPairs, place)]);
    if (!field) return field;
    const input: TemporalAverageInput = { field, neighbours };
    const average = await threads.run<ChromaField>('averageFrame', input);
    threads.release(input);
    threads.hold(average, ofResult(place));
    return average;
  });
}

/** The frames before and after, with their colour and the motion between. */
async function beside(colors: ByPlace, flowPairs: readonly FlowPair[], place: number): Promise<Neighbour[]> {
  const [before, after] = [flowPairs[place - 1], flowPairs[place]];
  const [earlier, later] = await Promise.all([before && colors(place - 1), after && colors(place + 1)]);
  return [
    ...(before && earlier ? [{ field: earlier, toward: before.backward }] : []),
    ...(after && later ? [{ field: later, toward: after.forward }] : []),
  ];
}
