import { KinemacolorError } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import { editRate } from '../../media/film/frame-rate.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { isOnTime, mxfRate } from '../../stages/remux/picture-times.ts';

/** Does every shot start where its first frame lies at the film's rate? Editing programs count frames. */
export function hasEvenTimes({ shots, source }: Plan, film: Film): boolean {
  const rate = editRate(film.averageRate);
  const [first] = shots;
  return shots.every(({ end, endTicks }) => isOnTime(end - first!.start, endTicks - first!.startTicks, rate, source.timebase));
}

/** Throws `usage` where a film cannot go into MXF, which has no times of frames. */
export function checkForMxf(plan: Plan, film: Film): void {
  mxfRate(film);
  if (hasEvenTimes(plan, film)) return;
  throw new KinemacolorError(
    'usage',
    `MXF holds no times of frames, and those of ${film.path} are not evenly spaced; choose .mov or .mkv, which keep them.`,
  );
}
