import { resolve } from 'node:path';
import type { ShotList } from '../../media/edit-lists/shot-list.ts';
import type { Film } from '../../media/film/film.ts';
import { editRate, standardRate } from '../../media/film/frame-rate.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { timecodeAt } from '../../stages/remux/picture-times.ts';
import type { RunReport } from '../run/shot-report.ts';
import { hasEvenTimes } from './even-times.ts';

/** What editing programs need to know of a film's times: see `RunReport`. */
export type EditTimes = Pick<RunReport, 'rate' | 'evenTimes' | 'timecode'>;

/** The times of the result of a plan. */
export function editTimes(plan: Plan, film: Film): EditTimes {
  const isWhole = plan.source.first === undefined;
  return {
    rate: editRate(film.averageRate),
    evenTimes: hasEvenTimes(plan, film),
    timecode: isWhole ? film.timecode : timecodeAt(film, plan.shots[0]!.startTicks, 'mov'),
  };
}

/** The shots of a run's result. */
export function shotListOfRun({ output, rate, timecode, shots }: RunReport): ShotList {
  const first = shots[0]!.start;
  const moved = shots.map(({ start, end, kind }) => ({ start: start - first, end: end - first, kind }));
  return { path: resolve(output), rate, timecode, shots: moved };
}

/** The shots of a plan, in its black-and-white film. */
export function shotListOfPlan(plan: Plan, film: Film): ShotList {
  const { shots, source } = plan;
  const rate = editRate(film.averageRate);
  return { path: source.path, rate, timecode: film.timecode, shots: shots.map(({ start, end, kind }) => ({ start, end, kind })) };
}

/** Why timecode may not be what an editing program expects, one sentence each. */
export function editTimeRemarks({ rate, evenTimes }: Pick<EditTimes, 'rate' | 'evenTimes'>): string[] {
  const remarks: string[] = [];
  if (!evenTimes)
    remarks.push(
      'The frames are not evenly spaced: the edit list counts them one by one, so its times are not those of the clock.',
    );
  if (standardRate(rate) === undefined)
    remarks.push(
      `The edit list counts ${Number((rate.num / rate.den).toFixed(3))} frames a second, which few editing programs know; have them take the film at that rate.`,
    );
  return remarks;
}
