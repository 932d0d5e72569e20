import { atPlace } from '../../errors.ts';
import { ycbcrToRgb8 } from '../../kernels/color/color.ts';
import type { Frame } from '../../media/film/frame.ts';
import type { Hint } from '../../media/plan/hint.ts';
import { anchorsOf, gradeOf, hintsOf, type Plan, type PlannedKeyframe, type PlannedShot } from '../../media/plan/plan.ts';
import { colorKeyframe } from '../../stages/keyframes/key-color.ts';
import { shrink } from '../../stages/propagate/cut-spans.ts';
import { appliedGrade } from '../run/read-look.ts';
import type { RenderContext } from '../run/render-context.ts';
import { shotGrid } from '../shot/shot-grid.ts';

export interface Painted {
  readonly plan: Plan;
  readonly shot: PlannedShot;
  readonly keyframe: PlannedKeyframe;
  /** Its own hints and those from other keyframes (see `visibleHints`). Default: its own. */
  readonly hints?: readonly Hint[] | undefined;
}

/**
 * Paint a keyframe as in the plan, 8-bit RGB of the film's size. `grading`: with the grade, as rendered, or without it, for
 * pictures to be painted.
 */
export async function paintKeyframe(
  frame: Frame,
  { plan, shot, keyframe, hints = hintsOf(plan, keyframe) }: Painted,
  context: RenderContext,
  grading: 'graded' | 'ungraded',
): Promise<Uint8Array> {
  const { film, threads, colorizer, known } = context;
  const { format } = film;
  const grid = shotGrid(plan, shot, format);
  const guides = { hints, known, anchors: anchorsOf(shot, keyframe) };
  const place = { stage: 'keyframes', shot: plan.shots.indexOf(shot), frame: frame.index };
  const color = await atPlace(place, () => colorKeyframe(frame, keyframe.color, { film, grid, colorizer, ...guides }));
  const gray = await shrink(threads, frame, grid, format);
  const grade = grading === 'graded' ? await appliedGrade(gradeOf(plan, shot)) : undefined;
  const input = { frame, gray, color, format, subsampling: '444' as const, grade };
  const { cb, cr } = await threads.run('finishChroma', input);
  return ycbcrToRgb8({ luma: frame.luma, cb, cr }, format);
}
