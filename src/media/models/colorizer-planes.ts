import type { FeatureMap } from '../fields/feature-map.ts';

/** Planes in float32, row-major, width * height each; two planes (Cb, Cr of the card's matrix) one after the other in `chroma`. */
export interface ColorizerInput {
  /** Both multiples of the card's `multipleOf`, or its `fixedSize` (see media/models/model-size). */
  readonly width: number;
  readonly height: number;
  /** Full-range luma, 0..1. */
  readonly luma: Float32Array;
  /** Known chroma, -0.5..0.5, 0 where unknown; without it nothing is known. Comes together with `mask`. */
  readonly chroma?: Float32Array | undefined;
  /** 1 where chroma is known, else 0. */
  readonly mask?: Float32Array | undefined;
}

export interface ColorizerOutput {
  /** Cb, then Cr, -0.5..0.5. */
  readonly chroma: Float32Array;
  /** 0..1; CONSTANT_CONFIDENCE everywhere where the model gives none. */
  readonly confidence: Float32Array;
  /** What each place shows; absent where the model does not say. */
  readonly features?: FeatureMap | undefined;
}

/** The confidence of a model that does not say how sure it is: neither a guess nor a certainty. Decides its weight in a blend. */
export const DEFAULT_CONFIDENCE = 0.5;
