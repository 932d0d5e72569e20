import type { Colorizer } from '../adapters/onnx.ts';
import { KinemacolorError } from '../errors.ts';
import { resizeField } from '../kernels/resample.ts';
import { type ChromaField, chromaField } from '../media/chroma-field.ts';
import type { Film } from '../media/film.ts';
import type { Frame } from '../media/frame.ts';
import type { Hint } from '../media/hint.ts';
import type { ColorSource } from '../media/keyframe.ts';
import { colorizeKeyframe } from './colorize.ts';
import { hintField } from './hint-field.ts';
import { readKeyframePicture } from './read-keyframe-picture.ts';
import type { WorkingGrid } from './working-grid.ts';

/**
 * The colour of a keyframe on the working grid, from the model or from a person's picture. What a keyframe says is taken as it is: trust 1
 * everywhere a model coloured, the painted share where a person did. Propagation alone lowers it. Hints are told to the model; on a
 * picture they are painted over it.
 */
export async function colorKeyframe(
  frame: Frame,
  source: ColorSource,
  options: { film: Film; grid: WorkingGrid; colorizer: Colorizer | undefined; hints?: readonly Hint[] | undefined },
): Promise<ChromaField> {
  const { film, grid } = options;
  const given = options.hints && options.hints.length > 0 ? options.hints : undefined;
  const hints = given && hintField(given, grid, film.format.matrix);
  if (source.kind === 'picture') {
    const painted = await readKeyframePicture(source, film.format, grid);
    const told = hints ? overlaid(painted, hints) : painted;
    if (source.unpainted === undefined || told.trust.every(share => share === 1)) return told;
    return overlaid(await modelColor(frame, options, undefined), told);
  }
  return modelColor(frame, options, hints);
}

async function modelColor(
  frame: Frame,
  { film, grid, colorizer }: { film: Film; grid: WorkingGrid; colorizer: Colorizer | undefined },
  hints: ChromaField | undefined,
): Promise<ChromaField> {
  if (!colorizer)
    throw new KinemacolorError('internal', 'A keyframe asks for a model but none was opened.', { place: { frame: frame.index } });
  const predicted = await colorizeKeyframe(frame, colorizer, { format: film.format, hints });
  const onGrid = resizeField(predicted, grid.width, grid.height);
  const shared = chromaField(grid.width, grid.height);
  shared.cb.set(onGrid.cb);
  shared.cr.set(onGrid.cr);
  shared.trust.fill(1);
  return shared;
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
