import { chooseModels } from '../../adapters/models/model-store.ts';
import { gradeContent } from '../../media/plan/grade.ts';
import { canonicalJson, sha256 } from '../../media/plan/plan.ts';
import type { Settings } from '../../options.ts';
import { givenKeyframes } from '../plan/plan-film.ts';
import { givenReferences } from '../plan/plan-references.ts';
import { hashFilm } from '../run/hash-film.ts';
import { gradeOfSettings } from '../run/read-look.ts';
import { programVersion } from '../run/render-context.ts';

/** Hexadecimal digits of a fingerprint: chance does not repeat them. */
const LENGTH = 24;

/**
 * What decides the result of colouring a film with these settings and no plan of one's own: the film's bytes, the model, the keyframe
 * pictures, the settings, the look, the references, the program. Two runs with the same give the same film. `film`: absolute path.
 */
export async function runFingerprint(film: string, settings: Settings, signal?: AbortSignal): Promise<string> {
  const model = await chooseModels(settings.model);
  const { keyframes: _keyframes, model: _model, look: _look, references: _references, referenceFor: _placed, ...rest } = settings;
  const { folder, placed } = await givenReferences(settings);
  const references = [folder.map(({ sha256 }) => sha256), placed.map(({ from, to, sha256 }) => [from, to, sha256])];
  const grade = await gradeOfSettings(settings);
  const pictures = (await givenKeyframes(settings)).map(({ index, color }) => [index, color.kind === 'picture' && color.sha256]);
  const facts = {
    source: await hashFilm(film, signal),
    model: [model.sha256, model.contract],
    pictures,
    settings: rest,
    grade: grade && gradeContent(grade),
    references,
  };
  return sha256(canonicalJson({ ...facts, program: await programVersion() })).slice(0, LENGTH);
}
