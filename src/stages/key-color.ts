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
  const { film, grid, colorizer } = options;
  const given = options.hints && options.hints.length > 0 ? options.hints : undefined;
  const hints = given && hintField(given, grid, film.format.matrix);
  if (source.kind === 'picture') {
    const painted = await readKeyframePicture(source, film.format, grid);
    return hints ? overlaid(painted, hints) : painted;
  }
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

function overlaid(painted: ChromaField, hints: ChromaField): ChromaField {
  for (let i = 0; i < painted.trust.length; i++) {
    if (hints.trust[i] === 0) continue;
    painted.cb[i] = hints.cb[i]!;
    painted.cr[i] = hints.cr[i]!;
    painted.trust[i] = 1;
  }
  return painted;
}
