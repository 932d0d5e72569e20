import type { PictureFormat } from '../media/frame.ts';
import { hintsOf, type Plan, type PlannedShot } from '../media/plan.ts';
import { type Detail, type WorkingGrid, workingGrid } from '../stages/working-grid.ts';

/** How finely a shot is coloured: as soon as a person has a say in a keyframe, as well as can be. */
export function shotDetail(plan: Plan, shot: PlannedShot): Detail {
  const automatic = shot.keyframes.every(keyframe => keyframe.color.kind === 'model' && hintsOf(plan, keyframe).length === 0);
  return automatic ? 'broad' : 'fine';
}

/** The grid on which a shot is coloured. */
export function shotGrid(plan: Plan, shot: PlannedShot, { width, height }: PictureFormat): WorkingGrid {
  return workingGrid(width, height, shotDetail(plan, shot));
}
