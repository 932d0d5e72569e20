import { KinemacolorError } from '../../errors.ts';
import type { ColorizerInput, ColorizerOutput } from '../../media/models/colorizer-planes.ts';
import type { ModelCard } from '../../media/models/model-card.ts';
import type { Device } from '../onnx/device.ts';

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
