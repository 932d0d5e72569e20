import { resolve } from 'node:path';
import { type Inputs, inputsAt } from '../../adapters/files/output-guard.ts';
import { modelFiles } from '../../adapters/models/model-store.ts';
import { referencePictures } from '../../media/plan/keyframe.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { CUBE_FILE, readReferenceFor, type Settings } from '../../options.ts';

type RunFiles = Pick<Settings, 'keyframes' | 'look' | 'references' | 'referenceFor' | 'model'>;

/**
 * Every file that a run with these settings reads: sources, keyframe pictures, references, the file of the look, models with their cards, and `more` (its
 * pipeline, its hints). None of them is ever written to.
 */
export async function inputsOfSettings(
  sources: readonly string[],
  { keyframes, look, references, referenceFor = [], model }: RunFiles,
  ...more: readonly (string | undefined)[]
): Promise<Inputs> {
  return inputsAt(
    [
      ...sources,
      keyframes,
      references,
      ...referenceFor.map(text => readReferenceFor(text)?.path),
      ...(look !== undefined && CUBE_FILE.test(look) ? [look] : []),
      ...(await modelFiles(model)),
      ...more,
    ]
      .filter(path => path !== undefined)
      .map(path => resolve(path)),
  );
}

/** Every file that rendering a plan reads, and `more` (such as the plan's own). */
export async function inputsOfPlan(
  { source, settings, shots, grade }: Plan,
  ...more: readonly (string | undefined)[]
): Promise<Inputs> {
  const pictures = shots
    .flatMap(shot => shot.keyframes)
    .flatMap(({ color }) => {
      if (color.kind === 'reference') return referencePictures(color).map(({ path }) => path);
      return color.kind === 'model' ? [] : [color.path];
    });
  const looks = [grade, ...shots.map(shot => shot.grade)].flatMap(one => (typeof one?.look === 'object' ? one.look?.path : []));
  return inputsOfSettings([source.path], settings, ...pictures, ...looks, ...more);
}
