import type { Colorizer } from '../../adapters/colorizer/colorizer.ts';
import { type DescribedFrame, findAnchors } from '../../kernels/hints/color-anchors.ts';
import type { PictureFormat } from '../../media/film/frame.ts';
import { type PlannedAnchors, writeAnchors } from '../../media/plan/color-anchors.ts';
import { leaveOut } from './choose-keyframes.ts';
import { type PredictionCache, predictSample } from './predict-chroma.ts';
import type { Sample } from './shot-samples.ts';

/** Anchors need at least this many pictures. */
const MIN_PICTURES = 2;

/** Samples without those between two of which all pictures show the same: see `isStill`. */
export function withoutStill(samples: readonly Sample[], isStill: (from: number, to: number) => boolean): Sample[] {
  const indexes = samples.map(({ index }) => index);
  const kept = new Set(leaveOut(indexes, new Set(), isStill));
  return samples.filter(({ index }) => kept.has(index));
}

/**
 * Finds the colour anchors that a shot's automatic keyframes are moved toward, from some pictures of the shot. Undefined for a
 * single picture or a model without features. `format`: the film's. `known`: predictions for its samples. Throws `model` if the
 * model fails.
 */
export async function findShotAnchors(
  samples: readonly Sample[],
  colorizer: Colorizer,
  format: PictureFormat,
  known?: PredictionCache,
): Promise<PlannedAnchors | undefined> {
  if (samples.length < MIN_PICTURES) return undefined;
  const seen: DescribedFrame[] = [];
  for (const sample of samples) {
    const { luma, color, features } = await predictSample(sample, colorizer, { format, known });
    if (!features) return undefined;
    seen.push({ luma, color, features });
  }
  const anchors = findAnchors(seen);
  return anchors.length > 0 ? writeAnchors(anchors) : undefined;
}
