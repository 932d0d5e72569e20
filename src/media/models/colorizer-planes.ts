import type { FeatureMap } from '../fields/feature-map.ts';

/**
 * Input of a model: float32 planes, row-major, width * height each. `chroma` has two (Cb, Cr of the card's matrix), concatenated.
 */
export interface ColorizerInput {
  /** Width and height are multiples of the card's `multipleOf`, or its `fixedSize` (see media/models/model-size). */
  readonly width: number;
  readonly height: number;
  /** Full-range luma, 0..1. */
  readonly luma: Float32Array;
  /** Known chroma, -0.5..0.5, 0 where unknown; absent if nothing is known. Given together with `mask`. */
  readonly chroma?: Float32Array | undefined;
  /** 1 where chroma is known, else 0. */
  readonly mask?: Float32Array | undefined;
}

export interface ColorizerOutput {
  /** Cb, then Cr, -0.5..0.5. */
  readonly chroma: Float32Array;
  /** 0..1; DEFAULT_CONFIDENCE everywhere if the model has no such output. */
  readonly confidence: Float32Array;
  /** Image features; absent if the model has no such output. */
  readonly features?: FeatureMap | undefined;
}

/** Confidence of a model without such an output. Determines its weight in a blend. */
export const DEFAULT_CONFIDENCE = 0.5;
