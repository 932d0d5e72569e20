import { KinemacolorError } from '../../errors.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import { type ColorizerInput, type ColorizerOutput, DEFAULT_CONFIDENCE } from '../../media/models/colorizer-planes.ts';
import type { ModelCard } from '../../media/models/model-card.ts';
import { type Device, runtimeReason } from '../onnx/device.ts';
import type { OnnxSession, TensorData } from '../onnx/session.ts';
import { refuseHints } from './colorizer.ts';
import { type Contract, contractOf } from './colorizer-contract.ts';
import { FEATURE_CELL } from './tensors/features.ts';
import type { ValueRange } from './tensors/tensor-content.ts';

/** An open model file that matches its card; whether its output does is not known yet. */
export interface OpenModel {
  /** Its `fixedSize` is the one in the file. */
  readonly card: ModelCard;
  readonly device: Device;
  readonly contract: Contract;
  /**
   * Run the model; the result is in the model's own units. `pictureRange` replaces the range of the picture input, to test
   * another one.
   */
  ask(input: ColorizerInput, pictureRange?: ValueRange): Promise<Answer>;
  /** Convert a result to chroma in the units of the stages. */
  read(answer: Answer, input: ColorizerInput): ColorizerOutput;
  close(): Promise<void>;
}

/** The model's raw outputs: finite numbers of the right shape. */
export interface Answer {
  readonly color: Float32Array;
  readonly confidence: Float32Array | undefined;
  readonly features: FeatureMap | undefined;
}

/** Match a card with the open file. Throws `model` where they differ. */
export function bindModel(stated: ModelCard, session: OnnxSession, device: Device): OpenModel {
  const contract = contractOf(stated, session);
  const card = contract.fixedSize ? { ...stated, fixedSize: contract.fixedSize } : stated;
  const { color, confidence, features } = contract;
  const fetch = [color, confidence, features].flatMap(output => output?.name ?? []);
  return {
    card,
    device,
    contract,
    async ask(input, pictureRange) {
      checkInput(card, contract, input);
      const results = await session.run(feedsOf(card, contract, input, pictureRange), fetch).catch(cause => {
        throw new KinemacolorError(
          'model',
          `Model "${card.id}" failed on ${device} with an input of ${input.width}x${input.height}: ${runtimeReason(cause)}.`,
          { cause },
        );
      });
      const byName = new Map(results.map(result => [result.name, result]));
      const checked = (output: { name: string; content: { channels: number } } | undefined, cell = 1) =>
        output && checkOutput(card, input, { tensor: byName.get(output.name)!, channels: output.content.channels, cell });
      const featureOutput = checked(features, FEATURE_CELL);
      return {
        color: checked(color)!.data,
        confidence: checked(confidence)?.data,
        features: featureOutput && featureMap(featureOutput),
      };
    },
    read: (answer, input) => ({
      chroma: color.content.toChroma(answer.color, input, { range: color.range, matrix: card.matrix }),
      confidence: answer.confidence ?? new Float32Array(input.width * input.height).fill(DEFAULT_CONFIDENCE),
      features: answer.features,
    }),
    close: () => session.close(),
  };
}

function feedsOf(card: ModelCard, contract: Contract, input: ColorizerInput, pictureRange?: ValueRange): TensorData[] {
  return contract.inputs.map(({ name, content, range }) => ({
    name,
    dims: [1, content.channels, input.height, input.width],
    data: content.fill(input, {
      matrix: card.matrix,
      range: content.role === 'picture' ? (pictureRange ?? range) : range,
    }),
  }));
}

function checkInput(card: ModelCard, { takesHints, fixedSize }: Contract, input: ColorizerInput): void {
  const { width, height, luma, chroma, mask } = input;
  const fits = (length: number) => Number.isInteger(length) && length > 0 && length % card.multipleOf === 0;
  if (fixedSize ? width !== fixedSize.width || height !== fixedSize.height : !fits(width) || !fits(height)) {
    const sizes = fixedSize
      ? `${fixedSize.width}x${fixedSize.height} and no other size`
      : `sizes that are multiples of ${card.multipleOf}`;
    throw new KinemacolorError('internal', `Model "${card.id}" takes ${sizes}, received ${width}x${height}.`);
  }
  if ((chroma === undefined) !== (mask === undefined)) {
    throw new KinemacolorError('internal', 'Expected known chroma together with its mask, received only one of them.');
  }
  if (mask && !takesHints) refuseHints(card);
  const cells = width * height;
  for (const [name, array, length] of [
    ['luma', luma, cells],
    ['chroma', chroma, 2 * cells],
    ['mask', mask, cells],
  ] as const) {
    if (array !== undefined && array.length !== length) {
      throw new KinemacolorError(
        'internal',
        `Expected ${length} values of ${name} for ${width}x${height}, received ${array.length}.`,
      );
    }
  }
}

/** `cell`: width and height in input cells of one output cell. */
function checkOutput(
  card: ModelCard,
  { width, height }: ColorizerInput,
  { tensor, channels, cell }: { tensor: TensorData; channels: number; cell: number },
): TensorData {
  const expected = [1, channels, Math.floor(height / cell), Math.floor(width / cell)].join('x');
  if (tensor.dims.join('x') !== expected) {
    throw new KinemacolorError(
      'model',
      `Model "${card.id}" gave "${tensor.name}" as ${tensor.dims.join('x')}, expected ${expected}.`,
    );
  }
  if (!allFinite(tensor.data)) {
    throw new KinemacolorError('model', `Model "${card.id}" gave numbers in "${tensor.name}" that are not finite.`);
  }
  return tensor;
}

function featureMap({ dims, data }: TensorData): FeatureMap {
  const [channels, height, width] = dims.slice(1) as [number, number, number];
  return { width, height, channels, data };
}

/** A plain loop: a callback for each of a million numbers takes ten times as long. */
function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
