import { KinemacolorError } from '../../errors.ts';
import type { Plan } from './plan.ts';

/** A task of a render farm: its number from 0, and how many there are. */
export interface FarmTask {
  readonly number: number;
  readonly count: number;
}

/** Shots from the longest on; equally long ones in the film's order. A farm that starts with the longest ends soonest. */
export function longestFirst({ shots }: Pick<Plan, 'shots'>): number[] {
  const frames = (number: number) => shots[number]!.end - shots[number]!.start;
  return [...shots.keys()].sort((a, b) => frames(b) - frames(a) || a - b);
}

/** The shots of each of `count` tasks, about equally many frames in each; the longest come first. */
export function taskShots(plan: Pick<Plan, 'shots'>, count: number): number[][] {
  const tasks = Array.from({ length: count }, () => ({ frames: 0, shots: [] as number[] }));
  for (const number of longestFirst(plan)) {
    const least = tasks.reduce((best, task) => (task.frames < best.frames ? task : best));
    least.frames += plan.shots[number]!.end - plan.shots[number]!.start;
    least.shots.push(number);
  }
  return tasks.map(({ shots }) => shots);
}

/** A task as text: `3/40`, numbers from 0. Throws `usage`. */
export function parseTask(text: string): FarmTask {
  const [, number, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (number !== undefined && count !== undefined && number < count && count <= MAX_TASKS) return { number, count };
  throw new KinemacolorError(
    'usage',
    `Expected a task such as 0/40 (the first of 40; at most ${MAX_TASKS}), received "${text}".`,
  );
}

/** More than any scheduler takes as one array. */
const MAX_TASKS = 100_000;
