import { KinemacolorError } from '../../errors.ts';
import type { ColorizerInput, ColorizerOutput } from '../../media/models/colorizer-planes.ts';
import type { ModelCard } from '../../media/models/model-card.ts';
import type { Colorizer } from './colorizer.ts';
import type { Answer, OpenModel } from './open-model.ts';
import type { ValueRange } from './tensors/tensor-content.ts';

/** Shortest side of the test picture, in cells: enough for every scale of a U-Net, and a few milliseconds of work. */
const CANARY_SIDE = 64;
/** Largest mean distance between known chroma and its copy in the output: 2 % of chroma's full scale. */
const HINT_TOLERANCE = 0.02;
/**
 * How far a model that takes hints as advice must move toward a hint, as a share of the distance. Those that use hints move
 * most of it.
 */
const HINT_PULL = 0.2;
/** Largest mean difference between two devices: one level of 8-bit chroma. */
const PARITY_TOLERANCE = 1 / 255;

/**
 * Run a model on a gray ramp, and, if it takes hints, once more with a square of known colour. Throws `model` where the output
 * contradicts the card, and says in what: the range of an input, the range or shape of an output, or hints without effect.
 * Returns the last output, to be compared with another device's.
 */
export async function checkCanary(model: OpenModel): Promise<ColorizerOutput> {
  const { card, contract } = model;
  const ramp = canaryOf(card);
  const plain: ColorizerInput = { width: ramp.width, height: ramp.height, luma: ramp.luma };
  const answer = await model.ask(plain);
  const fault = faultOf(model, answer, plain);
  if (fault) refuse(card.id, (await rangeToBlame(model, answer, plain)) ?? `it gave ${fault}`);
  const output = model.read(answer, plain);
  if (!contract.takesHints) return output;
  const hinted = await model.ask(ramp);
  const hintedFault = faultOf(model, hinted, ramp);
  if (hintedFault) refuse(card.id, `it gave ${hintedFault}`);
  const hintedOutput = model.read(hinted, ramp);
  checkHints(model, ramp, { without: output, with: hintedOutput });
  return hintedOutput;
}

/** Throws `environment` where a device's output differs from the CPU's by more than one 8-bit level on average. */
export function checkParity(colorizer: Pick<Colorizer, 'card' | 'device'>, output: ColorizerOutput, cpu: ColorizerOutput): void {
  const distance = meanDistance(output.chroma, cpu.chroma);
  if (distance <= PARITY_TOLERANCE) return;
  throw new KinemacolorError(
    'environment',
    `Device ${colorizer.device} computes another colour than the CPU with model "${colorizer.card.id}" (mean difference ${(distance * 255).toFixed(1)} of 255 levels, expected at most 1); update its driver or use --device cpu.`,
  );
}

/**
 * A horizontal ramp from black to white. The chroma of a square in its middle is known: a muted orange, inside the gamut there.
 */
function canaryOf(card: ModelCard): Required<ColorizerInput> & { chroma: Float32Array; mask: Float32Array } {
  const side = Math.ceil(Math.max(CANARY_SIDE, card.preferredSize.min ?? 1) / card.multipleOf) * card.multipleOf;
  const { width, height } = card.fixedSize ?? { width: side, height: side };
  const cells = width * height;
  const luma = Float32Array.from({ length: cells }, (_, i) => (i % width) / (width - 1));
  const chroma = new Float32Array(2 * cells);
  const mask = new Float32Array(cells);
  for (let y = Math.ceil(height * 0.375); y < height * 0.625; y++) {
    for (let x = Math.ceil(width * 0.375); x < width * 0.625; x++) {
      const cell = y * width + x;
      mask[cell] = 1;
      chroma[cell] = -0.1;
      chroma[cells + cell] = 0.1;
    }
  }
  return { width, height, luma, chroma, mask };
}

function faultOf({ card, contract }: OpenModel, answer: Answer, input: ColorizerInput, colorRange?: ValueRange) {
  const { color, confidence, features } = contract;
  const scale = { range: colorRange ?? color.range, matrix: card.matrix };
  return (
    color.content.faultOf(answer.color, input, scale) ??
    (answer.confidence && confidence?.content.faultOf(answer.confidence)) ??
    (answer.features && features?.content.faultOf(answer.features))
  );
}

/** Which range on the card is wrong: the one that, replaced by another valid range, makes the output plausible. */
async function rangeToBlame(model: OpenModel, answer: Answer, input: ColorizerInput): Promise<string | undefined> {
  const { color, inputs } = model.contract;
  const other = (range: ValueRange, ranges: readonly ValueRange[]) =>
    ranges.filter(one => one[0] !== range[0] || one[1] !== range[1]);
  for (const range of other(color.range, color.content.ranges)) {
    if (faultOf(model, answer, input, range)) continue;
    return `expected output "${color.name}" in ${color.range.join('..')}, as its card says, but it gave ${range.join('..')}`;
  }
  const picture = inputs.find(({ content }) => content.role === 'picture')!;
  for (const range of other(picture.range, picture.content.ranges)) {
    if (faultOf(model, await model.ask(input, range), input)) continue;
    return `its card says that input "${picture.name}" is ${picture.range.join('..')}, but it sees a picture only in ${range.join('..')}`;
  }
  return undefined;
}

/** A model with chroma inputs copies known chroma; one with Lab inputs takes it as advice and must move toward it. */
function checkHints(
  { card, contract }: OpenModel,
  canary: Required<ColorizerInput>,
  output: { without: ColorizerOutput; with: ColorizerOutput },
): void {
  const distance = distanceWhereKnown(canary, output.with);
  const copies = card.inputs.some(({ content }) => content === 'chroma');
  if (copies && distance > HINT_TOLERANCE) {
    refuse(
      card.id,
      `it gave chroma that is ${distance.toPrecision(2)} away from the known chroma, expected at most ${HINT_TOLERANCE}`,
    );
  }
  const before = distanceWhereKnown(canary, output.without);
  if (copies || distance <= before * (1 - HINT_PULL)) return;
  const names = contract.inputs.filter(({ content }) => content.role !== 'picture').map(({ name }) => `"${name}"`);
  refuse(
    card.id,
    `a hint hardly changes its colour (inputs ${names.join(' and ')}): ${percent(before, distance)} of the way to it`,
  );
}

const percent = (before: number, after: number) => `${Math.round(100 * (1 - after / Math.max(before, Number.EPSILON)))} %`;

function distanceWhereKnown({ chroma, mask }: Required<ColorizerInput>, output: ColorizerOutput): number {
  const cells = mask!.length;
  const known = Array.from({ length: 2 * cells }, (_, i) => i).filter(i => mask![i % cells] === 1);
  return meanDistance(
    known.map(i => chroma![i]!),
    known.map(i => output.chroma[i]!),
  );
}

function meanDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

function refuse(id: string, why: string): never {
  throw new KinemacolorError(
    'model',
    `Model "${id}" does not do what its card says: ${why}; correct the card or use another model.`,
  );
}
