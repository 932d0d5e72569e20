import type { PictureFormat } from '../media/frame.ts';
import { hintsOf, type Plan, type PlannedShot } from '../media/plan.ts';
import { type WorkingGrid, workingGrid } from '../stages/working-grid.ts';

/** The grid on which a shot is coloured: a fine one as soon as a person has a say in a keyframe. */
export function shotGrid(plan: Plan, shot: PlannedShot, { width, height }: PictureFormat): WorkingGrid {
  const automatic = shot.keyframes.every(keyframe => keyframe.color.kind === 'model' && hintsOf(plan, keyframe).length === 0);
  return workingGrid(width, height, automatic ? 'broad' : 'fine');
}
