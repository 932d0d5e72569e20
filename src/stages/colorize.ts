import type { Colorizer, ColorizerInput } from '../adapters/onnx.ts';
import { KinemacolorError } from '../errors.ts';
import { codeRange, lumaWeights, rgbWeights } from '../kernels/color.ts';
import { resizeArea } from '../kernels/resample.ts';
import { type ChromaField, chromaField } from '../media/chroma-field.ts';
import type { Frame, Matrix, PictureFormat } from '../media/frame.ts';
import type { ModelCard } from '../media/model-card.ts';
import type { IntegerSamples, Plane } from '../media/plane.ts';

/** From this trust on a hint is told to the model as known; the model knows only known and unknown. */
const KNOWN_TRUST = 0.5;
/** Share of a model cell that hints must cover for the cell to be known: a painted dot of one pixel is still a hint. */
const KNOWN_SHARE = 0.01;

/**
 * Colour one frame with a model, at the model's preferred size. `hints`: chroma that is known, in the film's matrix, on any grid.
 * The result is in the film's matrix, on the model's grid, its trust the model's confidence. Throws `model` where the model fails.
 */
export async function colorizeKeyframe(
  frame: Frame,
  colorizer: Colorizer,
  options: { format: PictureFormat; hints?: ChromaField | undefined },
): Promise<ChromaField> {
  const { format, hints } = options;
  const { card } = colorizer;
  const { width, height } = modelSize(frame.luma, card);
  const luma = modelLuma(frame.luma, format, { width, height });
  const known = hints && knownChroma(hints, { width, height }, convertChroma(format.matrix, card.matrix));
  try {
    const { chroma, confidence } = await colorizer.run({ width, height, luma, ...known });
    return toField({ width, height, chroma, trust: confidence }, convertChroma(card.matrix, format.matrix));
  } catch (cause) {
    if (!(cause instanceof KinemacolorError)) throw cause;
    throw new KinemacolorError(cause.kind, cause.message, {
      cause: cause.cause,
      place: { stage: 'colorize', frame: frame.index },
    });
  }
}

/**
 * The size at which a picture is shown to a model: the shorter side at the preferred length, never more than the picture has, the
 * aspect kept, within the card's limits, both sides rounded to its multiple.
 */
export function modelSize(picture: { width: number; height: number }, card: ModelCard): { width: number; height: number } {
  const { shortSide, min = 1, max = Number.POSITIVE_INFINITY } = card.preferredSize;
  const step = card.multipleOf;
  const scale = Math.min(1, shortSide / Math.min(picture.width, picture.height));
  const side = (length: number) => {
    const rounded = Math.max(1, Math.round((length * scale) / step)) * step;
    const most = Math.min(Math.ceil(length / step), Math.max(1, Math.floor(max / step))) * step;
    return Math.max(Math.min(rounded, most), Math.ceil(min / step) * step);
  };
  return { width: side(picture.width), height: side(picture.height) };
}

/** Luma code values to 0..1, whatever the film's depth and range; what lies beyond black and white is clamped. */
function modelLuma(luma: Plane<IntegerSamples>, format: PictureFormat, size: { width: number; height: number }): Float32Array {
  const plane =
    luma.data instanceof Uint8Array
      ? { width: luma.width, height: luma.height, data: luma.data }
      : { width: luma.width, height: luma.height, data: Float32Array.from(luma.data) };
  const { data } = resizeArea(plane, size.width, size.height);
  const codes = codeRange(format.range, format.depth);
  return data.map(code => Math.min(1, Math.max(0, (code - codes.black) / codes.luma)));
}

/** Hints on the model's grid: the mean of what is known in each cell, and a mask of the cells in which anything is. */
function knownChroma(
  hints: ChromaField,
  size: { width: number; height: number },
  convert: ConvertChroma,
): Required<Pick<ColorizerInput, 'chroma' | 'mask'>> {
  const known = hints.trust.map(trust => (trust >= KNOWN_TRUST ? 1 : 0));
  const onGrid = (data: Float32Array) =>
    resizeArea({ width: hints.width, height: hints.height, data }, size.width, size.height).data;
  const share = onGrid(known);
  const cb = onGrid(hints.cb.map((value, i) => value * known[i]!));
  const cr = onGrid(hints.cr.map((value, i) => value * known[i]!));
  const cells = size.width * size.height;
  const chroma = new Float32Array(2 * cells);
  const mask = new Float32Array(cells);
  for (let i = 0; i < cells; i++) {
    if (share[i]! < KNOWN_SHARE) continue;
    mask[i] = 1;
    [chroma[i], chroma[cells + i]] = convert(cb[i]! / share[i]!, cr[i]! / share[i]!);
  }
  return { chroma, mask };
}

function toField(
  model: { width: number; height: number; chroma: Float32Array; trust: Float32Array },
  convert: ConvertChroma,
): ChromaField {
  const field = chromaField(model.width, model.height);
  const cells = model.width * model.height;
  for (let i = 0; i < cells; i++) [field.cb[i], field.cr[i]] = convert(model.chroma[i]!, model.chroma[cells + i]!);
  field.trust.set(model.trust);
  return field;
}

type ConvertChroma = (cb: number, cr: number) => [cb: number, cr: number];

/**
 * Chroma of one matrix as chroma of another: the same R - Y, G - Y, B - Y up to a gray. Gray has no chroma, so luma plays no part:
 * from R = Y + r, G = Y + g, B = Y + b follows Cb' = (b - y') / (2 (1 - Kb')) with y' = Kr' r + Kg' g + Kb' b, and Cr' likewise.
 */
export function convertChroma(from: Matrix, to: Matrix): ConvertChroma {
  if (from === to) return (cb, cr) => [cb, cr];
  const source = rgbWeights(from);
  const target = lumaWeights(to);
  return (cb, cr) => {
    const r = source.red * cr;
    const g = source.greenCb * cb + source.greenCr * cr;
    const b = source.blue * cb;
    const y = target.red * r + (1 - target.red - target.blue) * g + target.blue * b;
    return [(b - y) / (2 * (1 - target.blue)), (r - y) / (2 * (1 - target.red))];
  };
}
