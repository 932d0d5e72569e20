import type { Neighbour } from '../../kernels/propagation/temporal-average.ts';
import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { Frame } from '../../media/film/frame.ts';
import { intervalOf, keyframeEnd } from '../../media/plan/span.ts';
import type { StageThreads } from '../threads/stage-threads.ts';
import type { SpanFrames } from './cut-spans.ts';
import type { FlowPair } from './estimate-flow.ts';
import { averagesIn, type BlendInput, type Candidate, type TemporalAverageInput } from './propagate.ts';
import { type PropagateOptions, propagateCandidates } from './propagate-candidates.ts';

/** One frame with its colour and, unless that was given, its neighbours in the span. */
export interface PropagatedFrame {
  readonly frame: Frame;
  readonly gray: Plane<Uint8Array>;
  /** Undefined in a shot without keyframes. */
  readonly color: ChromaField | undefined;
  readonly neighbours: readonly Neighbour[];
  /** Call once when neither the colour nor the neighbours are needed any more. */
  readonly release: () => void;
}

/** Frames blended ahead of the one being yielded. */
const AHEAD = 4;

/**
 * Blends the candidates of each frame (see `propagateCandidates`), averages the result along the motion, and yields frames in
 * order. Memory is released after its last reader: candidates after blending, blended colour after averaging, averages and flow
 * with the frames.
 */
export async function* propagateSpans(
  spans: AsyncIterable<SpanFrames>,
  options: PropagateOptions,
): AsyncGenerator<PropagatedFrame> {
  const { threads } = options;
  for await (const { span, rendersFirst, frames, grays, flowPairs, candidates } of propagateCandidates(spans, options)) {
    const last = frames.length - 1;
    const first = rendersFirst ? 0 : 1;
    const isAveraged = (place: number) => flowPairs.length > 0 && place >= 0 && place <= last && !keyframeEnd(span, place);
    const passes = averagesIn(intervalOf(span), options.detail);
    const readers = countReaders(isAveraged, first, passes);
    for (const [place, flowPair] of flowPairs.entries()) {
      threads.hold(flowPair.backward, readers.ofFlow(place + 1));
      threads.hold(flowPair.forward, readers.ofFlow(place));
    }
    let colors = blendedColors(threads, [...candidates], grays, readers);
    for (let pass = 1; pass <= passes; pass++) {
      const ofResult = pass < passes ? readers.ofBlended : readers.ofAverage;
      colors = averagedColors(threads, colors, flowPairs, { frames: frames.length, isAveraged, ofResult });
    }
    for (let i = first; i <= last; i++) {
      const { index, ticks, luma } = frames[i]!;
      const color = await colors(i);
      const neighbours = isAveraged(i) ? await neighboursOf(colors, flowPairs, i) : [];
      const release = () => threads.release([color, neighbours]);
      yield { frame: { index, ticks, luma }, gray: grays[i]!, color, neighbours, release };
    }
  }
}

/** Number of readers of each result before it can be released, by position in the span. */
interface Readers {
  /** Of the blended colour, and of each average but the last. */
  ofBlended(place: number): number;
  /** Of the last average. */
  ofAverage(place: number): number;
  /** Of the flow from the frame to one neighbour. */
  ofFlow(place: number): number;
}

/** `isAveraged`: whether the frame exists and is averaged with its neighbours. Frames before `first` are not yielded. */
function countReaders(isAveraged: (place: number) => boolean, first: number, passes: number): Readers {
  const isYielded = (place: number) => (place >= first ? 1 : 0);
  const neighboursOf = (place: number) => [place - 1, place + 1].filter(isAveraged);
  const ofAverage = (place: number) => isYielded(place) + neighboursOf(place).filter(isYielded).length;
  return {
    // Given colour passes through every average unchanged.
    ofBlended: place =>
      isAveraged(place) ? neighboursOf(place).length + 1 : passes * neighboursOf(place).length + ofAverage(place),
    ofAverage,
    ofFlow: place => (isAveraged(place) ? passes + isYielded(place) : 0),
  };
}

/** Asynchronous lookup of a frame's colour by its position in the span. */
type ByPlace = (place: number) => Promise<ChromaField | undefined>;

/** Runs `work` once per frame, started some frames ahead of the one requested. */
function prefetched(count: number, work: ByPlace): ByPlace {
  const started: Promise<ChromaField | undefined>[] = [];
  return place => {
    while (started.length < Math.min(place + AHEAD + 1, count)) {
      const one = work(started.length);
      one.catch(() => undefined); // handled where it is awaited
      started.push(one);
    }
    return started[place]!;
  };
}

/** Blended colour of a span's frames. Releases the candidates. */
function blendedColors(
  threads: StageThreads,
  byPlace: (readonly Candidate[])[],
  grays: readonly Plane<Uint8Array>[],
  readers: Readers,
): ByPlace {
  return prefetched(grays.length, async place => {
    const candidates = byPlace[place]!;
    byPlace[place] = [];
    if (candidates.length === 0) return undefined;
    const input: BlendInput = { candidates, gray: grays[place]! };
    const blended = await threads.run('blendCandidates', input);
    threads.release(candidates);
    threads.hold(blended, readers.ofBlended(place));
    return blended;
  });
}

/** Colour averaged once with the neighbours. Repeated averages extend as many frames each way. */
function averagedColors(
  threads: StageThreads,
  colors: ByPlace,
  flowPairs: readonly FlowPair[],
  options: {
    readonly frames: number;
    readonly isAveraged: (place: number) => boolean;
    readonly ofResult: (place: number) => number;
  },
): ByPlace {
  const { frames, isAveraged, ofResult } = options;
  return prefetched(frames, async place => {
    if (!isAveraged(place)) return colors(place);
    const [field, neighbours] = await Promise.all([colors(place), neighboursOf(colors, flowPairs, place)]);
    if (!field) return field;
    const input: TemporalAverageInput = { field, neighbours };
    const average = await threads.run('averageFrame', input);
    threads.release(input);
    threads.hold(average, ofResult(place));
    return average;
  });
}

/** The previous and next frame, with colour and flow. */
async function neighboursOf(colors: ByPlace, flowPairs: readonly FlowPair[], place: number): Promise<Neighbour[]> {
  const [before, after] = [flowPairs[place - 1], flowPairs[place]];
  const [earlier, later] = await Promise.all([before && colors(place - 1), after && colors(place + 1)]);
  return [
    ...(before && earlier ? [{ field: earlier, toward: before.backward }] : []),
    ...(after && later ? [{ field: later, toward: after.forward }] : []),
  ];
}
