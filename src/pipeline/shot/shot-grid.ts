import { canEstimateFlow } from '../../kernels/flow/flow.ts';
import type { PictureFormat } from '../../media/film/frame.ts';
import { hintsOf, type Plan, type PlannedShot } from '../../media/plan/plan.ts';
import type { ShotKind } from '../../media/plan/shot.ts';
import { type Detail, type WorkingGrid, workingGrid } from '../../stages/propagate/working-grid.ts';

/** The detail of a shot's colour: fine where a person gave any of its colour, else broad. */
export function shotDetail(plan: Plan, shot: PlannedShot): Detail {
  const automatic = shot.keyframes.every(keyframe => keyframe.color.kind === 'model' && hintsOf(plan, keyframe).length === 0);
  return automatic ? 'broad' : 'fine';
}

/** How a shot's colour is propagated: without motion, like a dissolve, where the picture is too small to find any. */
export function mixedAs(shot: PlannedShot, grid: WorkingGrid): ShotKind {
  return shot.kind === 'steady' && !canEstimateFlow(grid) ? 'dissolve' : shot.kind;
}

/** The working grid of a shot. */
export function shotGrid(plan: Plan, shot: PlannedShot, { width, height }: PictureFormat): WorkingGrid {
  return workingGrid(width, height, shotDetail(plan, shot));
}
