import type { Colorizer } from '../adapters/onnx.ts';
import { KinemacolorError } from '../errors.ts';
import { boxDecimate, resizeField } from '../kernels/resample.ts';
import { type HintDot, spreadHints } from '../kernels/spread-hints.ts';
import type { ChromaField } from '../media/chroma-field.ts';
import type { Film } from '../media/film.ts';
import type { Frame } from '../media/frame.ts';
import type { Hint } from '../media/hint.ts';
import type { ColorSource } from '../media/keyframe.ts';
import { colorizeKeyframe } from './colorize.ts';
import { hintDots, hintField } from './hint-field.ts';
import { readKeyframePicture } from './read-keyframe-picture.ts';
import type { WorkingGrid } from './working-grid.ts';

interface KeyColorOptions {
  readonly film: Film;
  readonly grid: WorkingGrid;
  readonly colorizer: Colorizer | undefined;
  readonly hints?: readonly Hint[] | undefined;
}

/**
 * The colour of a keyframe on the working grid, from the model or from a person's picture. What a keyframe says is taken as it is: trust 1
 * everywhere a model coloured, the painted share where a person did. Propagation alone lowers it. Hints change the model's colour of what
 * is like the place under them; on a picture they are painted over it.
 */
export async function colorKeyframe(frame: Frame, source: ColorSource, options: KeyColorOptions): Promise<ChromaField> {
  const { film, grid, hints = [] } = options;
  const dots = hintDots(hints, grid, film.format.matrix);
  if (source.kind === 'model') return hintedColor(frame, dots, options);
  const painted = await readKeyframePicture(source, film.format, grid);
  const told = dots.length > 0 ? overlaid(painted, hintField(dots, grid)) : painted;
  if (source.unpainted === undefined || told.trust.every(share => share === 1)) return told;
  return overlaid(await modelColor(frame, options), told);
}

/** The model is asked twice, without the hints and (where it takes them) with them: told them it changes what has nothing to do with them, too. */
async function hintedColor(frame: Frame, dots: readonly HintDot[], options: KeyColorOptions): Promise<ChromaField> {
  const automatic = await modelColor(frame, options);
  if (dots.length === 0) return automatic;
  const { film, grid, colorizer } = options;
  const told = colorizer?.hints === 'taken' ? await modelColor(frame, options, hintField(dots, grid)) : undefined;
  return spreadHints(automatic, dots, { gray: boxDecimate(frame.luma, grid.factor, film.format.depth), told });
}

async function modelColor(
  frame: Frame,
  { film, grid, colorizer }: KeyColorOptions,
  hints?: ChromaField | undefined,
): Promise<ChromaField> {
  if (!colorizer)
    throw new KinemacolorError('internal', 'A keyframe asks for a model but none was opened.', { place: { frame: frame.index } });
  const predicted = await colorizeKeyframe(frame, colorizer, { format: film.format, hints });
  const onGrid = resizeField(predicted, grid.width, grid.height);
  onGrid.trust.fill(1);
  return onGrid;
}

/** `over` laid over `base` by its trust, which is then sure there. */
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
