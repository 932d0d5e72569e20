import { KinemacolorError } from '../errors.ts';
import type { FeatureMap } from '../media/feature-map.ts';
import type { ModelCard } from '../media/model-card.ts';
import type { Device } from './device.ts';

/** Planes in float32, row-major, width * height each; two planes (Cb, Cr of the card's matrix) one after the other in `chroma`. */
export interface ColorizerInput {
  /** Both multiples of the card's `multipleOf`, or its `fixedSize` (see media/model-size). */
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
export const CONSTANT_CONFIDENCE = 0.5;

/** A colour model that is open on a device. Same input, same device, same number of threads: same bytes. */
export interface Colorizer {
  readonly device: Device;
  /** For people: which device was taken, and why. */
  readonly note: string;
  /** Its `fixedSize` is the file's own. */
  readonly card: ModelCard;
  /** Does the model take known chroma? One that does not refuses it. */
  readonly hints: 'taken' | 'not-taken';
  /** Throws `internal` on arrays of the wrong length, `model` where the model fails or gives numbers that are no chroma. */
  run(input: ColorizerInput): Promise<ColorizerOutput>;
  /** Finishes runs in hand. */
  close(): Promise<void>;
}

/** What a model says that takes no hints and is given some. */
export function refuseHints(card: Pick<ModelCard, 'id'>): never {
  throw new KinemacolorError(
    'model',
    `Model "${card.id}" takes no hints and would ignore them; leave the hints out or use a model that takes them, such as kinemacolor-base.`,
  );
}
