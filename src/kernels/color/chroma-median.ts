/** Votes for a chroma: Cb, Cr and what each vote counts. */
export interface ChromaVotes {
  readonly cb: ArrayLike<number>;
  readonly cr: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
}

/** `cb`, `cr`: the median. `spread`: mean distance of the votes to it, in the unit of chroma. */
export interface ChromaMedian {
  readonly cb: number;
  readonly cr: number;
  readonly spread: number;
}

/** Steps of the search: a step halves what is left of the way, at least. */
const STEPS = 30;
/** Votes nearer than this count as this near: half an 8-bit code. */
const NEAREST = 0.002;

/**
 * The point of the Cb/Cr plane from which the weighted distances to all votes add up to the least (Weiszfeld 1937, from the mean): that of most
 * votes where most agree, and one between them, muted, where they are of two minds. Votes must weigh something together.
 */
export function chromaMedian({ cb, cr, weight }: ChromaVotes): ChromaMedian {
  const distance = (i: number) => Math.hypot(cb[i]! - at.cb, cr[i]! - at.cr);
  const mean = (of: (i: number) => number, share: (i: number) => number): number => {
    let [sum, all] = [0, 0];
    for (let i = 0; i < cb.length; i++) {
      sum += share(i) * of(i);
      all += share(i);
    }
    return sum / all;
  };
  const center = (share: (i: number) => number) => ({ cb: mean(i => cb[i]!, share), cr: mean(i => cr[i]!, share) });
  let at = center(i => weight[i]!);
  for (let step = 0; step < STEPS; step++) {
    const shares = Float64Array.from(weight, (own, i) => own / Math.max(NEAREST, distance(i)));
    at = center(i => shares[i]!);
  }
  return { ...at, spread: mean(distance, i => weight[i]!) };
}
