import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { Still } from '../../media/film/still.ts';
import { readKeyframePicture } from '../keyframes/read-keyframe-picture.ts';
import { stillFormat } from './color-still.ts';

/** Maximum cells of the hint grid: finer than any model's input. */
const MAX_CELLS = 1e6;
/** A cell counts as known if paint covers at least this share of it. A dot of one pixel is still a hint. */
const MIN_SHARE = 0.01;

/**
 * Reads the user's hints for a still: a picture of the same size (upright), transparent where nothing is known. Chroma is known
 * where trust is 1. Throws `reference` if the picture cannot be read or has another size.
 */
export async function readHints(path: string, still: Still): Promise<ChromaField> {
  const factor = Math.max(1, Math.sqrt((still.width * still.height) / MAX_CELLS));
  const grid = { width: Math.ceil(still.width / factor), height: Math.ceil(still.height / factor) };
  const hints = await readKeyframePicture({ path }, stillFormat(still, still.depth), grid);
  const known = (share: number) => (share >= MIN_SHARE ? 1 : 0);
  for (let i = 0; i < hints.trust.length; i++) hints.trust[i] = known(hints.trust[i]!);
  return hints;
}
