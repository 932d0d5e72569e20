import { KinemacolorError } from '../errors.ts';
import type { ModelCard, ModelTensor } from '../media/model-card.ts';
import type { OnnxSession, TensorShape } from './onnx-session.ts';

/** What this version can feed and read (see media/model-card): channels and range by content. */
const INPUTS: Record<string, Contract> = {
  luma: { channels: 1, range: [0, 1] },
  chroma: { channels: 2, range: [-0.5, 0.5] },
  mask: { channels: 1, range: [0, 1] },
};
const OUTPUTS: Record<string, Contract> = {
  chroma: { channels: 2, range: [-0.5, 0.5] },
  confidence: { channels: 1, range: [0, 1] },
};

interface Contract {
  readonly channels: number;
  readonly range: readonly [number, number];
}

/** Does this version speak the card's contract, and does the file keep it? Throws `model` with the first that does not fit. */
export function checkContract(card: ModelCard, session: Pick<OnnxSession, 'inputs' | 'outputs'>): void {
  checkSide(card, { side: 'input', tensors: card.inputs, contracts: INPUTS, found: session.inputs });
  checkSide(card, { side: 'output', tensors: card.outputs, contracts: OUTPUTS, found: session.outputs });
  const unfed = session.inputs.find(({ name }) => !card.inputs.some(tensor => tensor.name === name));
  if (unfed) refuse(card, `its file wants an input "${unfed.name}" that its card does not name`);
}

interface Side {
  readonly side: 'input' | 'output';
  readonly tensors: readonly ModelTensor[];
  readonly contracts: Record<string, Contract>;
  readonly found: readonly TensorShape[];
}

function checkSide(card: ModelCard, { side, tensors, contracts, found }: Side): void {
  for (const content of Object.keys(contracts)) {
    const count = tensors.filter(tensor => tensor.content === content).length;
    if (count !== 1) refuse(card, `expected one ${side} with content "${content}" on its card, found ${count}`);
  }
  for (const tensor of tensors) {
    const contract = contracts[tensor.content];
    if (!contract) {
      if (side === 'output') continue; // a model may give more than we read
      refuse(card, `its card asks for an input with content "${tensor.content}", which this version cannot make`);
    }
    const range = contract.range;
    if (tensor.range && (tensor.range[0] !== range[0] || tensor.range[1] !== range[1])) {
      refuse(card, `expected ${side} "${tensor.name}" in ${range.join('..')}, its card says ${tensor.range.join('..')}`);
    }
    checkTensor(
      card,
      `${side} "${tensor.name}"`,
      contract.channels,
      found.find(({ name }) => name === tensor.name),
    );
  }
}

function checkTensor(card: ModelCard, what: string, channels: number, found: TensorShape | undefined): void {
  if (!found) refuse(card, `expected ${what}, its file has none of that name`);
  if (found.type !== 'float32') refuse(card, `expected ${what} as float32, its file has ${found.type}`);
  const [batch, planes, height, width] = found.shape;
  const free = (axis: number | string | undefined) => typeof axis === 'string';
  const fits =
    found.shape.length === 4 &&
    (free(batch) || batch === 1) &&
    (free(planes) || planes === channels) &&
    free(height) &&
    free(width);
  if (!fits) refuse(card, `expected ${what} with shape N x ${channels} x H x W, its file has ${found.shape.join(' x ')}`);
}

function refuse(card: ModelCard, why: string): never {
  throw new KinemacolorError('model', `Model "${card.id}" cannot be used: ${why}.`);
}
