/** Chroma samples with weights. */
export interface ChromaVotes {
  readonly cb: ArrayLike<number>;
  readonly cr: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
}

/** `cb`, `cr`: the median. `spread`: mean distance of the samples from it, in the unit of chroma. */
export interface ChromaMedian {
  readonly cb: number;
  readonly cr: number;
  readonly spread: number;
}

/** Iterations. Each at least halves the remaining distance. */
const STEPS = 30;
/** Lower bound of a sample's distance: half an 8-bit code. Avoids division by zero. */
const NEAREST = 0.002;

/**
 * Weighted geometric median in the Cb/Cr plane (Weiszfeld 1937, started at the mean). With a clear majority it is the majority's
 * colour; with two camps of equal weight it lies between them, less saturated. The weights must not all be zero.
 */
export function chromaMedian({ cb, cr, weight }: ChromaVotes): ChromaMedian {
  const distance = (i: number) => Math.hypot(cb[i]! - at.cb, cr[i]! - at.cr);
  const mean = (of: (i: number) => number, share: (i: number) => number): number => {
    let [sum, total] = [0, 0];
    for (let i = 0; i < cb.length; i++) {
      sum += share(i) * of(i);
      total += share(i);
    }
    return sum / total;
  };
  const center = (share: (i: number) => number) => ({ cb: mean(i => cb[i]!, share), cr: mean(i => cr[i]!, share) });
  let at = center(i => weight[i]!);
  for (let step = 0; step < STEPS; step++) {
    const shares = Float64Array.from(weight, (own, i) => own / Math.max(NEAREST, distance(i)));
    at = center(i => shares[i]!);
  }
  return { ...at, spread: mean(distance, i => weight[i]!) };
}
