import type { Colorizer } from '../adapters/onnx.ts';
import { KinemacolorError } from '../errors.ts';
import { type ConvertChroma, codeRange, convertChroma } from '../kernels/color.ts';
import { type KnownChroma, resizeKnown } from '../kernels/known-chroma.ts';
import { type Area, pictureArea } from '../kernels/picture-area.ts';
import { resizeArea } from '../kernels/resample.ts';
import { type ChromaField, chromaField } from '../media/chroma-field.ts';
import type { Frame, PictureFormat } from '../media/frame.ts';
import { modelSize } from '../media/model-size.ts';
import type { IntegerSamples, Plane } from '../media/plane.ts';

/** From this trust on a hint is told to the model as known; the model knows only known and unknown. */
const KNOWN_TRUST = 0.5;

/**
 * Colour one frame with a model, at the model's preferred size. `hints`: chroma that is known, in the film's matrix, on any grid.
 * Black bars are not shown to the model and stay neutral. The result is in the film's matrix, on the model's grid (extended by the bars),
 * its trust the model's confidence, 1 in bars. Throws `model` where the model fails.
 */
export async function colorizeKeyframe(
  frame: Frame,
  colorizer: Colorizer,
  options: { format: PictureFormat; hints?: ChromaField | undefined },
): Promise<ChromaField> {
  const { format, hints } = options;
  const { card } = colorizer;
  const area = pictureArea(frame.luma, format);
  const { width, height } = modelSize(area, card);
  const luma = modelLuma(cropPlane(frame.luma, area), format, { width, height });
  const shown = hints && cropField(hints, frame.luma, area);
  const known = shown && knownChroma(shown, { width, height }, convertChroma(format.matrix, card.matrix));
  try {
    const { chroma, confidence } = await colorizer.run({ width, height, luma, ...known });
    const field = toField({ width, height, chroma, trust: confidence }, convertChroma(card.matrix, format.matrix));
    return withBars(field, frame.luma, area);
  } catch (cause) {
    if (!(cause instanceof KinemacolorError)) throw cause;
    throw new KinemacolorError(cause.kind, cause.message, {
      cause: cause.cause,
      place: { stage: 'colorize', frame: frame.index },
    });
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function cropPlane(luma: Plane<IntegerSamples>, area: Area): Plane<IntegerSamples> {
  if (area.width === luma.width && area.height === luma.height) return luma;
  const data = luma.data.slice(0, area.width * area.height);
  for (let y = 0; y < area.height; y++) {
    const from = (area.top + y) * luma.width + area.left;
    data.set(luma.data.subarray(from, from + area.width), y * area.width);
  }
  return { width: area.width, height: area.height, data };
}

/** The cells of a field over a picture that lie in `area`, at least one. */
function cropField(field: ChromaField, picture: Size, area: Area): ChromaField {
  if (area.width === picture.width && area.height === picture.height) return field;
  const column = (x: number) => Math.round((x * field.width) / picture.width);
  const row = (y: number) => Math.round((y * field.height) / picture.height);
  const [left, top] = [Math.min(column(area.left), field.width - 1), Math.min(row(area.top), field.height - 1)];
  const width = Math.max(1, column(area.left + area.width) - left);
  const out = chromaField(width, Math.max(1, row(area.top + area.height) - top));
  for (const name of ['cb', 'cr', 'trust'] as const) {
    for (let y = 0; y < out.height; y++) {
      const from = (top + y) * field.width + left;
      out[name].set(field[name].subarray(from, from + width), y * width);
    }
  }
  return out;
}

/** The field of `area` on a grid of the same cells over the whole picture: neutral, and sure of it, where the bars are. */
function withBars(field: ChromaField, picture: Size, area: Area): ChromaField {
  if (area.width === picture.width && area.height === picture.height) return field;
  const [across, down] = [field.width / area.width, field.height / area.height];
  const [left, top] = [Math.round(area.left * across), Math.round(area.top * down)];
  const width = Math.max(left + field.width, Math.round(picture.width * across));
  const out = chromaField(width, Math.max(top + field.height, Math.round(picture.height * down)));
  out.trust.fill(1);
  for (const name of ['cb', 'cr', 'trust'] as const) {
    for (let y = 0; y < field.height; y++) {
      const from = y * field.width;
      out[name].set(field[name].subarray(from, from + field.width), (top + y) * width + left);
    }
  }
  return out;
}

/** Luma code values to 0..1, whatever the film's depth and range; what lies beyond black and white is clamped. */
function modelLuma(luma: Plane<IntegerSamples>, format: PictureFormat, size: Size): Float32Array {
  const plane =
    luma.data instanceof Uint8Array
      ? { width: luma.width, height: luma.height, data: luma.data }
      : { width: luma.width, height: luma.height, data: Float32Array.from(luma.data) };
  const { data } = resizeArea(plane, size.width, size.height);
  const codes = codeRange(format.range, format.depth);
  return data.map(code => Math.min(1, Math.max(0, (code - codes.black) / codes.luma)));
}

/** Hints on the model's grid, in the chroma that it speaks. */
function knownChroma(hints: ChromaField, size: Size, convert: ConvertChroma): KnownChroma {
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
