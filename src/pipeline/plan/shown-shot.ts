import type { PlannedShot } from '../../media/plan/plan.ts';

/**
 * What was found for the shot that a keyframe shows. `found`: by shot. In a dissolve or a fade the first keyframe shows the shot
 * before, the last one the shot after; those between show a mixture, for which nothing is found.
 */
export function ofShownShot<Found>(
  found: readonly (Found | undefined)[],
  { kind, keyframes }: PlannedShot,
  number: number,
  place: number,
): Found | undefined {
  if (kind === 'steady') return found[number];
  if (place === 0) return found[number - 1];
  return place === keyframes.length - 1 ? found[number + 1] : undefined;
}
