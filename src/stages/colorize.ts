import type { Colorizer } from '../adapters/onnx.ts';
import { KinemacolorError } from '../errors.ts';
import { type ConvertChroma, codeRange, convertChroma } from '../kernels/color.ts';
import { type KnownChroma, resizeKnown } from '../kernels/known-chroma.ts';
import { resizeArea } from '../kernels/resample.ts';
import { type ChromaField, chromaField } from '../media/chroma-field.ts';
import type { Frame, PictureFormat } from '../media/frame.ts';
import { modelSize } from '../media/model-size.ts';
import type { IntegerSamples, Plane } from '../media/plane.ts';

/** From this trust on a hint is told to the model as known; the model knows only known and unknown. */
const KNOWN_TRUST = 0.5;

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

/** Hints on the model's grid, in the chroma that it speaks. */
function knownChroma(hints: ChromaField, size: { width: number; height: number }, convert: ConvertChroma): KnownChroma {
  const cells = hints.width * hints.height;
  const chroma = new Float32Array(2 * cells);
  for (let i = 0; i < cells; i++) [chroma[i], chroma[cells + i]] = convert(hints.cb[i]!, hints.cr[i]!);
  const mask = hints.trust.map(trust => (trust >= KNOWN_TRUST ? 1 : 0));
  return resizeKnown({ chroma, mask }, hints, size);
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
