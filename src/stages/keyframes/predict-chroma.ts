import type { Colorizer } from '../../adapters/colorizer/colorizer.ts';
import { KinemacolorError } from '../../errors.ts';
import { type ConvertChroma, convertChroma, shownRange } from '../../kernels/color/color.ts';
import { type KnownChroma, resizeKnown } from '../../kernels/color/known-chroma.ts';
import { type Area, cropField, cropPlane, padBars, pictureArea } from '../../kernels/color/picture-area.ts';
import { resizeArea } from '../../kernels/filters/resample.ts';
import { moveTowardAnchors } from '../../kernels/hints/color-anchors.ts';
import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';
import type { Frame, PictureFormat } from '../../media/film/frame.ts';
import { modelSize } from '../../media/models/model-size.ts';
import type { ColorAnchor } from '../../media/plan/color-anchors.ts';
import { recentValue } from '../../pending.ts';
import type { Sample } from './shot-samples.ts';

/** Hints of at least this trust are passed to the model as known; its mask is binary. */
const KNOWN_TRUST = 0.5;

/**
 * A model's prediction for a frame: colour in the film's matrix, trust (the model's confidence), and features if it provides
 * them.
 */
export interface PredictedColor extends ChromaField {
  readonly features: FeatureMap | undefined;
}

/** A model's prediction for the cropped frame it was given: luma 0..1 as given, colour as above, features. */
export interface PredictedArea {
  readonly area: Area;
  readonly luma: Plane<Float32Array>;
  readonly color: ChromaField;
  readonly features: FeatureMap | undefined;
}

/** Cache of predictions without hints, by frame. The model is deterministic. Least recently used entries are dropped first. */
export type PredictionCache = Map<number, Promise<PredictedArea>>;
/** Maximum number of cached frames, of about 0.7 MB. */
const MAX_CACHED = 48;

interface PredictOptions {
  readonly format: PictureFormat;
  /** Cache for predictions without hints. */
  readonly known?: PredictionCache | undefined;
  /** Known chroma in the film's matrix, on any grid. */
  readonly hints?: ChromaField | undefined;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Predicts the chroma of one frame at the model's preferred size, moved toward its shot's `anchors` if it has any. Black bars are
 * cropped before: there the result is neutral, with trust 1 and features 0. The result is on the model's grid, extended by the
 * bars. Throws `model` if the model fails.
 */
export async function predictChroma(
  frame: Frame,
  colorizer: Colorizer,
  { anchors, ...options }: PredictOptions & { readonly anchors?: readonly ColorAnchor[] | undefined },
): Promise<PredictedColor> {
  const { area, luma, color, features } = await predictArea(frame, colorizer, options);
  const agreed = anchors && features ? moveTowardAnchors({ luma, color, features }, anchors) : color;
  return padBars({ ...agreed, features }, frame.luma, area);
}

/**
 * Predicts the chroma of the picture area between a frame's black bars, at the model's preferred size. Throws `model` if the
 * model fails.
 */
export async function predictArea(frame: Frame, colorizer: Colorizer, options: PredictOptions): Promise<PredictedArea> {
  const { hints, known } = options;
  if (!known) return runModel(frame, colorizer, options);
  // With hints the model is shown the same picture.
  if (hints) return runModel(frame, colorizer, options, await known.get(frame.index));
  return recentValue(known, frame.index, { most: MAX_CACHED, make: () => runModel(frame, colorizer, options) });
}

/** The same for a film's sample. `format`: the film's. `known`: predictions for its samples. */
export function predictSample(
  { index, gray }: Sample,
  colorizer: Colorizer,
  { format, known }: Omit<PredictOptions, 'hints'>,
): Promise<PredictedArea> {
  const { width, height } = gray;
  const own: PictureFormat = { ...format, width, height, depth: 8, range: 'full', window: undefined };
  return predictArea({ index, ticks: 0, luma: gray }, colorizer, { format: own, known });
}

async function runModel(
  frame: Frame,
  colorizer: Colorizer,
  { format, hints }: PredictOptions,
  shrunk?: Pick<PredictedArea, 'area' | 'luma'>,
): Promise<PredictedArea> {
  const { card } = colorizer;
  const area = shrunk?.area ?? pictureArea(frame.luma, format);
  const { width, height } = modelSize(area, card);
  const luma = shrunk?.luma.data ?? modelLuma(cropPlane(frame.luma, area), format, { width, height });
  const shown = hints && cropField(hints, frame.luma, area);
  const known = shown && knownChroma(shown, { width, height }, convertChroma(format.matrix, card.matrix));
  try {
    const { chroma, confidence, features } = await colorizer.run({ width, height, luma, ...known });
    const color = toField({ width, height, chroma, trust: confidence }, convertChroma(card.matrix, format.matrix));
    return { area, luma: { width, height, data: luma }, color, features };
  } catch (cause) {
    if (!(cause instanceof KinemacolorError)) throw cause;
    throw new KinemacolorError(cause.kind, cause.message, {
      cause: cause.cause,
      place: { stage: 'colorize', frame: frame.index },
    });
  }
}

/** Luma of any depth and range at a size, as 0..1. Values beyond black and white are clamped. */
export function modelLuma(luma: Plane<IntegerSamples>, format: PictureFormat, size: Size): Float32Array {
  const plane =
    luma.data instanceof Uint8Array
      ? { width: luma.width, height: luma.height, data: luma.data }
      : { width: luma.width, height: luma.height, data: Float32Array.from(luma.data) };
  const { data } = resizeArea(plane, size.width, size.height);
  const codes = shownRange(format);
  return data.map(code => Math.min(1, Math.max(0, (code - codes.black) / codes.luma)));
}

/** Hints on the model's grid, in the model's matrix. */
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
