import { dirname, resolve } from 'node:path';
import { readText } from '../../adapters/files/read-input.ts';
import { isS3Address, parseS3Address } from '../../adapters/object-store/s3-address.ts';
import { KinemacolorError } from '../../errors.ts';
import { type Plan, planSchema } from '../../media/plan/plan.ts';
import { withPaths } from '../../media/plan/plan-paths.ts';
import { explainIssues } from '../../options.ts';
import { parseJson } from '../run/read-pipeline.ts';

/**
 * Read a plan from its file. It may name files relative to its own folder; their paths become absolute, and addresses in S3 stay.
 * Throws `usage` where it is none.
 */
export async function readPlan(path: string): Promise<Plan> {
  const text = await readText(path).catch(cause => {
    throw new KinemacolorError('usage', `Expected a plan, but ${path} cannot be read; make one with "kinemacolor plan".`, {
      cause,
    });
  });
  const folder = dirname(resolve(path));
  return withPaths(parsePlan(text, path), named => (isS3Address(named) ? named : resolve(folder, named)));
}

/** The plan in a text, with the paths as they stand there. `from`: what the text is called in a message. Throws `usage`. */
export function parsePlan(text: string, from: string): Plan {
  const { success, data: plan, error } = planSchema.safeParse(parseJson(text, from));
  if (!success) throw new KinemacolorError('usage', `The plan ${from} is not valid: ${explainIssues(error)}.`, { cause: error });
  if (isS3Address(plan.source.path)) parseS3Address(plan.source.path);
  return plan;
}
