import type { ModelCard } from '../media/model-card.ts';
import type { Device } from './device.ts';

/** Planes in float32, row-major, width * height each; two planes (Cb, Cr of the card's matrix) one after the other in `chroma`. */
export interface ColorizerInput {
  /** Both multiples of the card's `multipleOf`. */
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
  /** 0..1 */
  readonly confidence: Float32Array;
}

/** A colour model that is open on a device. Same input, same device, same number of threads: same bytes. */
export interface Colorizer {
  readonly device: Device;
  /** For people: which device was taken, and why. */
  readonly note: string;
  readonly card: ModelCard;
  /** Throws `internal` on arrays of the wrong length, `model` where the model fails or gives numbers that are no chroma. */
  run(input: ColorizerInput): Promise<ColorizerOutput>;
  /** Finishes runs in hand. */
  close(): Promise<void>;
}
