import type { Plan } from '../../media/plan/plan.ts';
import type { ProgressEvent } from '../../progress.ts';

/** The event that a plan is there; `path`: of its file or its project. */
export function planEvent({ shots, source }: Plan, path: string | undefined): ProgressEvent {
  const keyframes = shots.reduce((sum, shot) => sum + shot.keyframes.length, 0);
  return { type: 'plan', shots: shots.length, keyframes, frames: source.frames, path };
}
