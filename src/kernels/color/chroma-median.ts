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
  let at = { cb: 0, cr: 0, spread: 0 };
  for (let step = -1; step < STEPS; step++) {
    let [sumCb, sumCr, total] = [0, 0, 0];
    for (let i = 0; i < cb.length; i++) {
      const nearness = step < 0 ? 1 : 1 / Math.max(NEAREST, Math.hypot(cb[i]! - at.cb, cr[i]! - at.cr));
      const share = weight[i]! * nearness;
      sumCb += share * cb[i]!;
      sumCr += share * cr[i]!;
      total += share;
    }
    at = { cb: sumCb / total, cr: sumCr / total, spread: 0 };
  }
  let [spread, total] = [0, 0];
  for (let i = 0; i < cb.length; i++) {
    spread += weight[i]! * Math.hypot(cb[i]! - at.cb, cr[i]! - at.cr);
    total += weight[i]!;
  }
  return { ...at, spread: spread / total };
}
