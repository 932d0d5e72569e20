import { canEstimateFlow } from '../../kernels/flow/flow.ts';
import type { PictureFormat } from '../../media/film/frame.ts';
import { hintsOf, type Plan, type PlannedShot } from '../../media/plan/plan.ts';
import type { ShotKind } from '../../media/plan/shot.ts';
import { type Detail, type WorkingGrid, workingGrid } from '../../stages/propagate/working-grid.ts';

/** How finely a shot is coloured: as soon as a person has a say in a keyframe, as well as can be. */
export function shotDetail(plan: Plan, shot: PlannedShot): Detail {
  const automatic = shot.keyframes.every(keyframe => keyframe.color.kind === 'model' && hintsOf(plan, keyframe).length === 0);
  return automatic ? 'broad' : 'fine';
}

/** How a shot's colour is mixed: without motion, as in a dissolve, where the picture is too small for one to be found. */
export function mixedAs(shot: PlannedShot, grid: WorkingGrid): ShotKind {
  return shot.kind === 'steady' && !canEstimateFlow(grid) ? 'dissolve' : shot.kind;
}

/** The grid on which a shot is coloured. */
export function shotGrid(plan: Plan, shot: PlannedShot, { width, height }: PictureFormat): WorkingGrid {
  return workingGrid(width, height, shotDetail(plan, shot));
}
