import { dirname, resolve } from 'node:path';
import { readText } from '../../adapters/files/read-input.ts';
import { KinemacolorError } from '../../errors.ts';
import { type Plan, planSchema } from '../../media/plan/plan.ts';
import { withPaths } from '../../media/plan/plan-paths.ts';
import { explainIssues } from '../../options.ts';
import { parseJson } from '../run/read-pipeline.ts';

/** Read a plan from its file. It may name files relative to its own folder; their paths become absolute. Throws `usage` where it is none. */
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
  const folder = dirname(resolve(path));
  return withPaths(parsed.data, named => resolve(folder, named));
}
