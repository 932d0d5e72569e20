import { KinemacolorError } from '../../errors.ts';
import type { ColorizerInput, ColorizerOutput } from '../../media/models/colorizer-planes.ts';
import type { ModelCard } from '../../media/models/model-card.ts';
import type { Device } from '../onnx/device.ts';

/** A colour model, open on a device. The same input on the same device with the same number of threads gives the same bytes. */
export interface Colorizer {
  readonly device: Device;
  /** Why it runs on this device, for people. */
  readonly note: string;
  /** Its `fixedSize` is the one in the file. */
  readonly card: ModelCard;
  /** Does the model take known chroma? One that does not rejects it. */
  readonly takesHints: boolean;
  /** Throws `internal` on arrays of the wrong length, `model` where the model fails or its output is not chroma. */
  run(input: ColorizerInput): Promise<ColorizerOutput>;
  /** Waits for runs that were started. */
  close(): Promise<void>;
}

/** Throws `model`: hints were given to a model that takes none. */
export function refuseHints(card: Pick<ModelCard, 'id'>): never {
  throw new KinemacolorError(
    'model',
    `Model "${card.id}" takes no hints and would ignore them; leave the hints out or use a model that takes them, such as kinemacolor-base.`,
  );
}
