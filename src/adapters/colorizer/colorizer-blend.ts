import { KinemacolorError } from '../../errors.ts';
import { convertChroma } from '../../kernels/color/color.ts';
import { resizeKnown } from '../../kernels/color/known-chroma.ts';
import { resizeArea } from '../../kernels/filters/resample.ts';
import type { Matrix } from '../../media/film/frame.ts';
import type { ColorizerInput, ColorizerOutput } from '../../media/models/colorizer-planes.ts';
import type { ModelCard } from '../../media/models/model-card.ts';
import { modelSize } from '../../media/models/model-size.ts';
import type { DeviceChoice } from '../../options.ts';
import type { ResolvedModel } from '../models/model-store.ts';
import { type Colorizer, refuseHints } from './colorizer.ts';
import { openColorizer } from './onnx-colorizer.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The smallest weight of a model in a cell, so that a mean exists even where no model is confident. */
const MIN_WEIGHT = 1e-6;

/**
 * Several models as one. The chroma and the confidence of a cell are the means of theirs, weighted by their confidence there. A
 * model without confidence counts with DEFAULT_CONFIDENCE. Each model gets the picture at its own size. Hints go to the models
 * that take them; in a cell with known colour only these count. Features are those of the first model that has any. Closing the
 * blend closes its models.
 */
export function blendColorizers(parts: readonly Colorizer[]): Colorizer {
  const [first] = parts;
  if (!first) throw new KinemacolorError('internal', 'Expected at least one model to blend, received none.');
  if (parts.length === 1) return first;
  const card = blendedCard(parts.map(part => part.card));
  const takesHints = parts.some(part => part.takesHints);
  return {
    device: first.device,
    note: parts.map(part => `${part.card.id}: ${part.note}`).join('; '),
    card,
    takesHints,
    async run(input) {
      if (input.mask && !takesHints) refuseHints(card);
      const outputs: ColorizerOutput[] = [];
      for (const part of parts) outputs.push(await runAt(part, input, card.matrix)); // one at a time: each uses every thread
      return { ...weightedMean(outputs, parts, input), features: outputs.find(({ features }) => features)?.features };
    },
    async close() {
      await Promise.all(parts.map(part => part.close()));
    },
  };
}

/**
 * Open the models that `--model` names, as one. All run on one device; if `auto` finds none that runs them all, on the CPU.
 * Throws as `openColorizer` does.
 */
export async function openModels(
  models: readonly ResolvedModel[],
  options: { device: DeviceChoice; threads?: number | undefined },
): Promise<Colorizer> {
  const parts: Colorizer[] = [];
  try {
    for (const { card, path } of models) parts.push(await openColorizer({ card, path, ...options }));
  } catch (cause) {
    await Promise.all(parts.map(part => part.close()));
    throw cause;
  }
  if (new Set(parts.map(({ device }) => device)).size <= 1) return blendColorizers(parts);
  await Promise.all(parts.map(part => part.close()));
  return openModels(models, { ...options, device: 'cpu' });
}

/** Asks for the picture at the largest size that any model prefers. `runAt` handles each model's own size and multiple. */
function blendedCard(cards: readonly ModelCard[]): ModelCard {
  const sides = cards.map(({ fixedSize, preferredSize }) =>
    fixedSize ? Math.min(fixedSize.width, fixedSize.height) : preferredSize.shortSide,
  );
  return {
    ...cards[0]!,
    id: cards.map(({ id }) => id).join('+'),
    name: cards.map(({ name }) => name).join(' + '),
    licence: [...new Set(cards.map(({ licence }) => licence))].join(' AND '),
    file: cards.map(({ file }) => file).join('+'),
    bytes: null,
    sha256: null, // of several files: a blend is identified in ChosenModels
    matrix: 'bt709',
    multipleOf: 1,
    preferredSize: { shortSide: Math.max(...sides) },
    fixedSize: undefined,
  };
}

/** Run one model at its own size, in chroma of its own matrix. Returns its output in `matrix`, at the input's size. */
async function runAt(part: Colorizer, input: ColorizerInput, matrix: Matrix): Promise<ColorizerOutput> {
  const size = modelSize(input, part.card);
  const luma = resizeArea({ width: input.width, height: input.height, data: input.luma }, size.width, size.height).data;
  const { chroma, mask } = input;
  const known =
    chroma && mask && part.takesHints
      ? resizeKnown({ chroma: converted(chroma, matrix, part.card.matrix), mask }, input, size)
      : undefined;
  const output = await part.run({ ...size, luma, ...known });
  return {
    chroma: resizePlanes(converted(output.chroma, part.card.matrix, matrix), size, input),
    confidence: resizePlanes(output.confidence, size, input),
    features: output.features,
  };
}

function weightedMean(outputs: readonly ColorizerOutput[], parts: readonly Colorizer[], input: ColorizerInput): ColorizerOutput {
  const cells = input.width * input.height;
  const blend = { chroma: new Float32Array(2 * cells), confidence: new Float32Array(cells) };
  for (let i = 0; i < cells; i++) {
    const known = input.mask?.[i] === 1;
    let total = 0;
    for (const [number, { chroma, confidence }] of outputs.entries()) {
      if (known && !parts[number]!.takesHints) continue;
      const weight = Math.max(confidence[i]!, MIN_WEIGHT);
      total += weight;
      blend.chroma[i] = blend.chroma[i]! + weight * chroma[i]!;
      blend.chroma[cells + i] = blend.chroma[cells + i]! + weight * chroma[cells + i]!;
      blend.confidence[i] = blend.confidence[i]! + weight * confidence[i]!;
    }
    blend.chroma[i] = blend.chroma[i]! / total;
    blend.chroma[cells + i] = blend.chroma[cells + i]! / total;
    blend.confidence[i] = blend.confidence[i]! / total;
  }
  return blend;
}

function converted(chroma: Float32Array, from: Matrix, to: Matrix): Float32Array {
  if (from === to) return chroma;
  const convert = convertChroma(from, to);
  const cells = chroma.length / 2;
  const out = new Float32Array(chroma.length);
  for (let i = 0; i < cells; i++) [out[i], out[cells + i]] = convert(chroma[i]!, chroma[cells + i]!);
  return out;
}

/** Resize planes that are stored one after the other. */
function resizePlanes(data: Float32Array, from: Size, to: Size): Float32Array {
  const [before, after] = [from.width * from.height, to.width * to.height];
  const out = new Float32Array((data.length / before) * after);
  for (let plane = 0; plane * before < data.length; plane++) {
    const part = data.subarray(plane * before, (plane + 1) * before);
    out.set(resizeArea({ width: from.width, height: from.height, data: part }, to.width, to.height).data, plane * after);
  }
  return out;
}
