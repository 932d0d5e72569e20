import type { Colorizer } from '../../adapters/colorizer/colorizer.ts';
import { shownAlso } from '../../kernels/hints/shown-also.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { PictureFormat } from '../../media/film/frame.ts';
import type { ColorSource, ReferencePicture } from '../../media/plan/keyframe.ts';
import { type PredictionCache, predictSample } from './predict-chroma.ts';
import { readReference } from './read-reference.ts';
import type { Sample } from './shot-samples.ts';

/** A picture that may serve as reference, with what it shows. */
export interface ReferenceCandidate extends ReferencePicture {
  readonly features: FeatureMap;
}

/**
 * Share of a shot that a picture must show as well to be used. Of ten clips, frames 70 apart share 0.59 and more in eight, 0.04
 * and 0.14 in the two where a reference brings least; frames of two clips share at most 0.31.
 */
const ALIKE = 0.4;
/** Share of the best one's at which a picture is blended with it. */
const ALSO_ALIKE = 0.9;
/** Pictures that are blended at most. */
const MOST = 3;

/** What each picture shows, by a model that gives features. Throws `reference` for a picture that cannot be read. */
export async function describeReferences(
  pictures: readonly ReferencePicture[],
  format: PictureFormat,
  colorizer: Colorizer,
): Promise<ReferenceCandidate[]> {
  const described: ReferenceCandidate[] = [];
  for (const picture of pictures) {
    const { features } = await readReference(picture, format, colorizer);
    if (features) described.push({ ...picture, features });
  }
  return described;
}

/** The pictures that show what a shot shows, the most similar first, as a source of colour; undefined where none does. */
export async function pickReferences(
  samples: readonly Sample[],
  candidates: readonly ReferenceCandidate[],
  { colorizer, format, known }: { colorizer: Colorizer; format: PictureFormat; known: PredictionCache },
): Promise<ColorSource | undefined> {
  if (samples.length === 0 || candidates.length === 0) return undefined;
  const shares = candidates.map(() => 0);
  for (const sample of samples) {
    const { features } = await predictSample(sample, colorizer, { format, known });
    if (!features) return undefined;
    for (const [i, candidate] of candidates.entries()) shares[i]! += shownAlso(features, candidate.features) / samples.length;
  }
  const ranked = candidates
    .map(({ path, sha256 }, i) => ({ picture: { path, sha256 }, share: shares[i]! }))
    .sort((a, b) => b.share - a.share);
  const best = ranked[0]!.share;
  if (best < ALIKE) return undefined;
  const [first, ...others] = ranked.filter(({ share }) => share >= Math.max(ALIKE, ALSO_ALIKE * best)).slice(0, MOST);
  return { kind: 'reference', ...first!.picture, ...(others.length > 0 && { others: others.map(({ picture }) => picture) }) };
}
