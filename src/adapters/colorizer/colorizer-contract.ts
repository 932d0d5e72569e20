import { KinemacolorError } from '../../errors.ts';
import { LONGEST_SIDE, type ModelCard, type ModelTensor } from '../../media/models/model-card.ts';
import type { OnnxSession, TensorShape } from '../onnx/session.ts';
import { CHROMA_ANSWER, CONFIDENCE, KNOWN_CHROMA, LUMA, MASK } from './tensors/chroma.ts';
import { FEATURES, MAX_FEATURES } from './tensors/features.ts';
import { GRAY_RGB_FROM_L, GRAY_X3, RGB_ANSWER } from './tensors/gray-rgb.ts';
import { AB_ANSWER, KNOWN_AB, LIGHTNESS } from './tensors/lab.ts';
import type { ColorContent, InputContent, ValueRange } from './tensors/tensor-content.ts';

/** The inputs and outputs that this version supports, by their `content` on the card (see media/models/model-card). */
const INPUTS: Record<string, InputContent> = {
  luma: LUMA,
  'gray-rgb-from-L': GRAY_RGB_FROM_L,
  'gray-x3': GRAY_X3,
  'lab-L': LIGHTNESS,
  chroma: KNOWN_CHROMA,
  'lab-ab': KNOWN_AB,
  mask: MASK,
};
const COLORS: Record<string, ColorContent> = { chroma: CHROMA_ANSWER, 'lab-ab': AB_ANSWER, rgb: RGB_ANSWER };

/** A tensor of the card that was found in the file. */
export interface Bound<Content> {
  readonly name: string;
  readonly content: Content;
  readonly range: ValueRange;
}

/** How to run a model, as its card and its file agree. */
export interface Contract {
  readonly inputs: readonly Bound<InputContent>[];
  readonly color: Bound<ColorContent>;
  readonly confidence: Bound<typeof CONFIDENCE> | undefined;
  readonly features: Bound<typeof FEATURES & { readonly channels: number }> | undefined;
  readonly takesHints: boolean;
  readonly fixedSize: ModelCard['fixedSize'];
}

type SessionShapes = Pick<OnnxSession, 'inputs' | 'outputs'>;

/** The range of a Lab tensor for which the card states none: the unit defines it. */
const ANY: ValueRange = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** Check that this version supports the card and that the file matches it. Throws `model` with the first mismatch. */
export function contractOf(card: ModelCard, session: SessionShapes): Contract {
  const sizes = new Set<string>();
  const bind = <C extends Expected>(side: 'input' | 'output', tensor: ModelTensor, content: C): Bound<C> => {
    const found = tensorOf(card, side, tensor, session);
    const size = checkShape(card, `${side} "${found.name}"`, { tensor, channels: content.channels, found });
    if (size) sizes.add(size);
    return { name: found.name, content, range: rangeOf(card, `${side} "${found.name}"`, tensor, content.ranges) };
  };
  const inputs = card.inputs.map(tensor => bind('input', tensor, inputContent(card, tensor)));
  const takesHints = acceptsKnown(card, inputs);
  const color = bind('output', ...only(card, COLORS));
  const confidenceTensor = optional(card, 'confidence');
  const confidence = confidenceTensor && bind('output', confidenceTensor, CONFIDENCE);
  const featureTensor = optional(card, 'features');
  const features = featureTensor && bind('output', featureTensor, { ...FEATURES, channels: featureCount(card, featureTensor) });
  const unfed = session.inputs.find(({ name }) => !inputs.some(input => input.name === name));
  if (unfed) refuse(card, `its file wants an input "${unfed.name}" that its card does not name`);
  if (sizes.size > 1) refuse(card, `expected tensors of one size, found ${[...sizes].join(' and ')}`);
  return { inputs, color, confidence, features, takesHints, fixedSize: fixedSize(card, [...sizes][0]) ?? card.fixedSize };
}

interface Expected {
  readonly channels: number;
  readonly ranges: readonly ValueRange[];
}

function inputContent(card: ModelCard, { content }: ModelTensor): InputContent {
  const known = Object.hasOwn(INPUTS, content) ? INPUTS[content] : undefined;
  if (known) return known;
  return refuse(
    card,
    `its card asks for an input with content "${content}", which this version cannot make; it makes ${listOf(INPUTS)}`,
  );
}

/** Exactly one picture input; known colour and its mask, both or neither. */
function acceptsKnown(card: ModelCard, inputs: readonly Bound<InputContent>[]): boolean {
  const count = (role: InputContent['role']) => inputs.filter(({ content }) => content.role === role).length;
  if (count('picture') !== 1) {
    const forms = listOf(INPUTS, ({ role }) => role === 'picture');
    refuse(card, `expected one input that shows the picture (${forms}) on its card, found ${count('picture')}`);
  }
  if (count('known') > 1 || count('mask') !== count('known')) {
    refuse(
      card,
      `expected known colour (chroma or lab-ab) and a mask together on its card, found ${count('known')} and ${count('mask')}`,
    );
  }
  return count('known') === 1;
}

/** The one output that is a colour. */
function only(card: ModelCard, contents: Record<string, ColorContent>): [ModelTensor, ColorContent] {
  const found = card.outputs.filter(({ content }) => Object.hasOwn(contents, content)); // a model may have outputs that are not read
  if (found.length === 1) return [found[0]!, contents[found[0]!.content]!];
  return refuse(card, `expected one output that is a colour (${listOf(contents)}) on its card, found ${found.length}`);
}

/** An output that a model may lack. */
function optional(card: ModelCard, content: string): ModelTensor | undefined {
  const found = card.outputs.filter(output => output.content === content);
  if (found.length > 1) refuse(card, `expected at most one output with content "${content}" on its card, found ${found.length}`);
  return found[0];
}

function featureCount(card: ModelCard, { shape }: ModelTensor): number {
  const count = shape?.[1];
  if (typeof count === 'number' && count <= MAX_FEATURES) return count;
  return refuse(card, `expected the number of features, at most ${MAX_FEATURES}, as the second size of their shape on its card`);
}

function listOf<Content>(contents: Record<string, Content>, which: (content: Content) => boolean = () => true): string {
  const names = Object.keys(contents).filter(name => which(contents[name]!));
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function tensorOf(
  card: ModelCard,
  side: 'input' | 'output',
  { name, content }: ModelTensor,
  session: SessionShapes,
): TensorShape {
  const there = side === 'input' ? session.inputs : session.outputs;
  const has = `its file has ${there.map(one => `"${one.name}"`).join(', ')}`;
  if (name == null) {
    return there.length === 1
      ? there[0]!
      : refuse(card, `its card does not name the ${side} with content "${content}" and ${has}; name it on the card`);
  }
  return (
    there.find(one => one.name === name) ?? refuse(card, `expected ${side} "${name}", its file has none of that name (${has})`)
  );
}

function rangeOf(card: ModelCard, what: string, { range }: ModelTensor, ranges: Expected['ranges']): ValueRange {
  if (ranges.length === 0) return range ?? ANY;
  if (!range) return ranges[0]!;
  const same = ranges.find(([least, most]) => least === range[0] && most === range[1]);
  const expected = ranges.map(one => one.join('..')).join(' or ');
  return same ?? refuse(card, `expected ${what} in ${expected}, its card says ${range.join('..')}`);
}

/** Check a tensor's type and shape. Returns its size as `WxH` where the file, or else the card, fixes it. */
function checkShape(
  card: ModelCard,
  what: string,
  { tensor, channels, found }: { tensor: ModelTensor; channels: number; found: TensorShape },
): string | undefined {
  if (found.type !== 'float32' && found.type !== 'float16')
    refuse(card, `expected ${what} as float32 or float16, its file has ${found.type}`);
  const stated = tensor.shape ?? ['N', channels, ...found.shape.slice(2)];
  const axes = ['N', channels, stated[2] ?? 'H', stated[3] ?? 'W'];
  const fits = (axis: number | string | undefined, is: number | string) => typeof axis === 'string' || axis === is;
  const [batch, planes, ...size] = found.shape;
  const agrees = size.every((axis, i) => axis === axes[i + 2] || typeof axis === 'string');
  if (found.shape.length !== 4 || !fits(batch, 1) || !fits(planes, channels) || !agrees)
    refuse(card, `expected ${what} with shape ${axes.join(' x ')}, its file has ${found.shape.join(' x ')}`);
  const [height, width] = size.map((axis, i) => (typeof axis === 'number' ? axis : axes[i + 2]));
  return typeof height === 'number' && typeof width === 'number' ? `${width}x${height}` : undefined;
}

function fixedSize(card: ModelCard, size: string | undefined): ModelCard['fixedSize'] {
  if (size === undefined) return undefined;
  const [width, height] = size.split('x').map(Number) as [number, number];
  if (Math.max(width, height) > LONGEST_SIDE)
    refuse(card, `it takes pictures of ${size} alone, larger than ${LONGEST_SIDE}x${LONGEST_SIDE}`);
  return { width, height };
}

function refuse(card: ModelCard, why: string): never {
  throw new KinemacolorError('model', `Model "${card.id}" cannot be used: ${why}.`);
}
