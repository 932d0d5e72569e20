import { dirname, resolve } from 'node:path';
import { readText } from '../../adapters/files/read-input.ts';
import { KinemacolorError } from '../../errors.ts';
import { type Plan, type PlannedKeyframe, planSchema } from '../../media/plan/plan.ts';
import { explainIssues } from '../../options.ts';
import { parseJson } from '../run/read-pipeline.ts';

/** Read a plan from its file; paths in it become absolute. Throws `usage` where it is none. */
export async function readPlan(path: string): Promise<Plan> {
  const text = await readText(path).catch(cause => {
    throw new KinemacolorError('usage', `Expected a plan, but ${path} cannot be read; make one with "kinemacolor plan".`, {
      cause,
    });
  });
  const parsed = planSchema.safeParse(parseJson(text, path));
  if (!parsed.success)
    throw new KinemacolorError('usage', `The plan ${path} is not valid: ${explainIssues(parsed.error)}.`, {
      cause: parsed.error,
    });
  return anchored(parsed.data, dirname(resolve(path)));
}

/** A plan may name its film and its pictures relative to its own folder. */
function anchored(plan: Plan, folder: string): Plan {
  const here = <Color extends Exclude<PlannedKeyframe['color'], { kind: 'model' }>>(color: Color): Color => {
    const path = resolve(folder, color.path);
    if (color.kind !== 'reference' || !color.others) return { ...color, path };
    return { ...color, path, others: color.others.map(one => ({ ...one, path: resolve(folder, one.path) })) };
  };
  const keyframe = ({ color, ...rest }: PlannedKeyframe) => ({
    ...rest,
    color: color.kind === 'model' ? color : here(color),
  });
  const shots = plan.shots.map(shot => ({ ...shot, keyframes: shot.keyframes.map(keyframe) }));
  return { ...plan, source: { ...plan.source, path: resolve(folder, plan.source.path) }, shots };
}
