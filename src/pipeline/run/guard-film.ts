import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { type Existing, type GuardOptions, guardOutput, type OutputPlace } from '../../adapters/files/output-guard.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { isOurs } from '../../stages/remux/provenance.ts';
import { inputsOfPlan } from './run-inputs.ts';

/** Check the path of a finished film, as `guardOutput` does; a film was made by Kinemacolor if its comment says so. */
export function guardFilm(
  path: string,
  { ffmpeg, ...options }: GuardOptions & { readonly ffmpeg: Ffmpeg },
): Promise<OutputPlace> {
  return guardOutput({ path, what: 'output', option: '--output', isOurs: found => isOurs(found, ffmpeg) }, options);
}

/** The same for the film of a plan: none of the files that rendering it reads is overwritten. */
export async function guardFilmOf(
  plan: Plan,
  path: string,
  options: { readonly ffmpeg: Ffmpeg; readonly existing?: Existing | undefined },
): Promise<OutputPlace> {
  const { ffmpeg, existing } = options;
  return guardFilm(path, { ffmpeg, existing, inputs: await inputsOfPlan(plan) });
}
