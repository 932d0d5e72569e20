import { resolve } from 'node:path';
import { type Inputs, inputsAt } from '../../adapters/files/output-guard.ts';
import { modelFiles } from '../../adapters/models/model-store.ts';
import type { Plan } from '../../media/plan/plan.ts';
import type { Settings } from '../../options.ts';

/**
 * Every file that a run with these settings reads: sources, keyframe pictures, models with their cards, and `more` (its
 * pipeline, its hints). None of them is ever written to.
 */
export async function inputsOfSettings(
  sources: readonly string[],
  { keyframes, model }: Pick<Settings, 'keyframes' | 'model'>,
  ...more: readonly (string | undefined)[]
): Promise<Inputs> {
  return inputsAt(
    [...sources, keyframes, ...(await modelFiles(model)), ...more].filter(path => path !== undefined).map(path => resolve(path)),
  );
}

/** Every file that rendering a plan reads, and `more` (such as the plan's own). */
export async function inputsOfPlan({ source, settings, shots }: Plan, ...more: readonly (string | undefined)[]): Promise<Inputs> {
  const pictures = shots.flatMap(shot => shot.keyframes).flatMap(({ color }) => (color.kind === 'model' ? [] : [color.path]));
  return inputsOfSettings([source.path], settings, ...pictures, ...more);
}
