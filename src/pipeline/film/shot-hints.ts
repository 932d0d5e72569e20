import type { Hint } from '../../media/plan/hint.ts';
import { hintsOf, type Plan, type PlannedShot } from '../../media/plan/plan.ts';
import { followHints } from '../../stages/keyframes/follow-hints.ts';
import { workingGrid } from '../../stages/propagate/working-grid.ts';
import type { RenderContext } from '../run/render-context.ts';
import type { DecodedShot } from './decode-shot.ts';
import { mixedAs } from './shot-grid.ts';

/**
 * The hints of each keyframe of a shot, by frame index: those of the shot's other keyframes, followed to it along the flow, then its own,
 * which are drawn last and win. A hint also applies to earlier frames, so the whole shot is looked through first, where any hint can move.
 */
export async function hintsFor(
  plan: Plan,
  shot: PlannedShot,
  decoded: DecodedShot,
  { film, threads }: RenderContext,
): Promise<ReadonlyMap<number, readonly Hint[]>> {
  const own = new Map(shot.keyframes.map(keyframe => [keyframe.index, hintsOf(plan, keyframe)]));
  const hinted = new Map([...own].filter(([, hints]) => hints.length > 0));
  const { format } = film;
  const grid = workingGrid(format.width, format.height);
  if (hinted.size === 0 || shot.keyframes.length < 2 || mixedAs(shot, grid) !== 'steady') return own;
  const wantedFrames = new Set(shot.keyframes.filter(({ color }) => color.kind !== 'picture').map(({ index }) => index));
  const followed = await followHints(decoded.lookThrough(), { hinted, wantedFrames }, { threads, grid, format });
  return new Map([...own].map(([index, hints]) => [index, [...(followed.get(index) ?? []), ...hints]]));
}
