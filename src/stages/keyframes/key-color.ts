import type { Colorizer } from '../../adapters/colorizer/colorizer.ts';
import { KinemacolorError } from '../../errors.ts';
import { shownGray } from '../../kernels/color/shown-gray.ts';
import { boxDecimate, resizeField } from '../../kernels/filters/resample.ts';
import { spreadHints } from '../../kernels/hints/spread-hints.ts';
import { transferColor } from '../../kernels/hints/transfer-color.ts';
import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { Film } from '../../media/film/film.ts';
import type { Frame } from '../../media/film/frame.ts';
import { type ColorAnchor, type PlannedAnchors, readAnchors } from '../../media/plan/color-anchors.ts';
import type { ColorSource } from '../../media/plan/keyframe.ts';
import type { WorkingGrid } from '../propagate/working-grid.ts';
import { hintDots, hintField, type PlacedDot, type PlacedHint, seenDots } from './hint-field.ts';
import { type PredictionCache, predictChroma } from './predict-chroma.ts';
import { readKeyframePicture } from './read-keyframe-picture.ts';
import { readReferences } from './read-reference.ts';

interface KeyColorOptions {
  readonly film: Film;
  readonly grid: WorkingGrid;
  readonly colorizer: Colorizer | undefined;
  readonly hints?: readonly PlacedHint[] | undefined;
  /** Anchors the model's colour is moved toward. */
  readonly anchors?: PlannedAnchors | undefined;
  /** Cached predictions of the model. */
  readonly known?: PredictionCache | undefined;
}

/**
 * Colour of a keyframe on the working grid: from the model, from the user's picture, or from the model corrected by a reference.
 * Trust is 1 wherever the model coloured (its confidence is not used here), and the painted share where the user did; only
 * propagation lowers it. Hints change the model's colour in places similar to theirs; on a picture they are painted over it.
 */
export async function colorKeyframe(frame: Frame, source: ColorSource, options: KeyColorOptions): Promise<ChromaField> {
  const { film, grid, hints = [] } = options;
  const dots = hints.length === 0 ? [] : hintDots(hints, grayOn(frame, options), film.format.matrix);
  if (source.kind !== 'picture') return guidedColor(frame, source, { ...options, dots });
  const picture = await readKeyframePicture(source, film.format, grid, frame.luma);
  const painted = dots.length > 0 ? overlaid(picture, hintField(dots, grid)) : picture;
  if (source.unpainted === undefined || painted.trust.every(share => share === 1)) return painted;
  return overlaid((await modelColor(frame, options, { anchors: anchorsIn(options) })).color, painted);
}

/**
 * The model's colour, corrected by a reference and hints. The model runs without the hints, since with them it also changes
 * unrelated places; one without features runs with them, too. A reference corrects the model alone, so anchors apply only to
 * places unlike the reference.
 */
async function guidedColor(
  frame: Frame,
  source: Exclude<ColorSource, { kind: 'picture' }>,
  options: KeyColorOptions & { readonly dots: readonly PlacedDot[] },
): Promise<ChromaField> {
  const { film, grid } = options;
  const colorizer = opened(frame, options.colorizer);
  const agreed = await modelColor(frame, options, { anchors: anchorsIn(options) });
  const dots = agreed.features ? seenDots(options.dots, agreed.features, grid) : options.dots;
  if (source.kind === 'model' && dots.length === 0) return agreed.color;
  const gray = grayOn(frame, options);
  const alone = async () => {
    const { color, features } = options.anchors ? await modelColor(frame, options) : agreed;
    return { automatic: color, features };
  };
  const base =
    source.kind === 'model'
      ? agreed.color
      : transferColor({ gray, ...(await alone()) }, await readReferences(source, film.format, colorizer), agreed.color);
  if (dots.length === 0) return base;
  const { features } = agreed;
  const runAgain = source.kind === 'model' && colorizer.takesHints && !features;
  const hinted = runAgain ? (await modelColor(frame, options, { hints: hintField(dots, grid) })).color : undefined;
  return spreadHints(base, dots, { gray, features, hinted });
}

async function modelColor(
  frame: Frame,
  { film, grid, colorizer, known }: KeyColorOptions,
  painted: { readonly hints?: ChromaField; readonly anchors?: readonly ColorAnchor[] | undefined } = {},
): Promise<{ color: ChromaField; features: FeatureMap | undefined }> {
  const predicted = await predictChroma(frame, opened(frame, colorizer), { format: film.format, known, ...painted });
  const onGrid = resizeField(predicted, grid.width, grid.height);
  onGrid.trust.fill(1);
  return { color: onGrid, features: predicted.features };
}

/** A frame's luma on the working grid, 8 bit. */
const grayOn = (frame: Frame, { film, grid }: Pick<KeyColorOptions, 'film' | 'grid'>) =>
  shownGray({ boxDecimate }, frame.luma, grid.factor, film.format);

const anchorsIn = ({ anchors }: KeyColorOptions) => anchors && readAnchors(anchors);

function opened(frame: Frame, colorizer: Colorizer | undefined): Colorizer {
  if (colorizer) return colorizer;
  throw new KinemacolorError('internal', 'A keyframe asks for a model but none was opened.', { place: { frame: frame.index } });
}

/** Composites `over` onto `base` by its trust. Trust is 1 where it covers. */
function overlaid(base: ChromaField, over: ChromaField): ChromaField {
  for (let i = 0; i < base.trust.length; i++) {
    const share = over.trust[i]!;
    if (share === 0) continue;
    const kept = (1 - share) * Math.min(1, base.trust[i]!);
    const sum = kept + share;
    base.cb[i] = (kept * base.cb[i]! + share * over.cb[i]!) / sum;
    base.cr[i] = (kept * base.cr[i]! + share * over.cr[i]!) / sum;
    base.trust[i] = sum;
  }
  return base;
}
