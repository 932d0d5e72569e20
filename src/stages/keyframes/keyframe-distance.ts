import type { Settings } from '../../options.ts';
import type { PairSimilarity } from '../shots/pair-similarity.ts';

/** Largest distance between keyframes where much moves, in frames. */
const USUAL = 24;
/**
 * Larger distances, each with the similarity (see `PairSimilarity`) from which colour is carried as far as well as over the usual
 * one.
 */
const LARGER = [
  { distance: 48, similarity: 0.82 },
  { distance: 96, similarity: 0.96 },
] as const;

/** Whether the pictures of a stretch are as good as one: what is seen in its first and last is seen in all. `first`: as below. */
export function isStill(similarity: PairSimilarity, first: number): (from: number, to: number) => boolean {
  const still = LARGER.at(-1)!;
  return (from, to) => to - from <= still.distance && similarity.lowest(from - first, to - first) >= still.similarity;
}

/** The distance between keyframes where much moves, in frames. */
export function usualDistance({ keyframeEvery }: Pick<Settings, 'keyframeEvery'>): number {
  return keyframeEvery ?? USUAL;
}

/** The largest distance between keyframes that these settings allow anywhere, in frames. */
export function largestDistance({ keyframeEvery }: Pick<Settings, 'keyframeEvery'>): number {
  return keyframeEvery ?? LARGER.at(-1)!.distance;
}

/** Distances between keyframes in a film: `every`, and whether a larger one is carried, as `chooseKeyframes` takes them. */
export interface KeyframeDistances {
  readonly every: number;
  readonly carries: (from: number, to: number) => boolean;
}

/** `longest`: of any distance, in frames. `similarity`: of the film, whose first frame here is `first`. */
export function keyframeDistances(
  settings: Pick<Settings, 'keyframeEvery'>,
  { longest, similarity, first }: { readonly longest: number; readonly similarity: PairSimilarity; readonly first: number },
): KeyframeDistances {
  const carries = (from: number, to: number) => {
    const step = LARGER.find(({ distance }) => to - from <= Math.min(distance, longest));
    return step !== undefined && similarity.lowest(from - first, to - first) >= step.similarity;
  };
  return {
    every: Math.min(usualDistance(settings), longest),
    carries: settings.keyframeEvery === undefined ? carries : () => false,
  };
}
