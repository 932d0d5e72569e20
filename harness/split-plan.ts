import type { Plan } from '../src/media/plan/plan.ts';

/** A plan of so many shots of about equal length, whatever the film shows; each has one keyframe, of the model. */
export function splitPlan(plan: Plan, count: number): Plan {
  const { frames } = plan.source;
  const start = plan.shots[0]!.startTicks;
  const perFrame = (plan.shots.at(-1)!.endTicks - start) / frames;
  if (!Number.isInteger(perFrame) || count > frames)
    throw new Error(`Expected a steady rate and at least ${count} frames, found ${perFrame} ticks a frame and ${frames} frames.`);
  const bounds = Array.from({ length: count + 1 }, (_, shot) => Math.round((shot * frames) / count));
  const shots = bounds.slice(1).map((end, shot) => ({
    start: bounds[shot]!,
    end,
    kind: 'steady' as const,
    startTicks: start + bounds[shot]! * perFrame,
    endTicks: start + end * perFrame,
    keyframes: [{ index: bounds[shot]!, color: { kind: 'model' as const } }],
  }));
  return { ...plan, shots };
}
