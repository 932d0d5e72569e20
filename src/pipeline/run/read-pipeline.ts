import { fileURLToPath } from 'node:url';
import { namesIn } from '../../adapters/files/folders.ts';
import { readText } from '../../adapters/files/read-input.ts';
import { KinemacolorError } from '../../errors.ts';
import {
  explainIssues,
  type Pipeline,
  pipelineSchema,
  type Settings,
  type SettingsInput,
  settingsSchema,
} from '../../options.ts';

const SHIPPED = new URL('../../../../pipelines/', import.meta.url);

/** The pipelines that come with the program, by name. */
export async function shippedPipelines(): Promise<string[]> {
  const names = await namesIn(fileURLToPath(SHIPPED));
  return names
    .filter(name => name.endsWith('.json') && name !== 'pipeline.schema.json')
    .map(name => name.slice(0, -'.json'.length));
}

/** Read a pipeline by its name or by the path of a JSON file. Throws `usage` in one sentence for one that does not exist or says something unknown. */
export async function readPipeline(nameOrPath: string): Promise<Pipeline> {
  const names = await shippedPipelines();
  const path = names.includes(nameOrPath) ? fileURLToPath(new URL(`${nameOrPath}.json`, SHIPPED)) : nameOrPath;
  const text = await readText(path).catch(cause => {
    throw new KinemacolorError(
      'usage',
      `Expected a pipeline (${names.join(', ')}) or a path to one, received "${nameOrPath}", which cannot be read.`,
      { cause },
    );
  });
  const parsed = pipelineSchema.safeParse(parseJson(text, path));
  if (!parsed.success)
    throw new KinemacolorError('usage', `The pipeline ${path} is not valid: ${explainIssues(parsed.error)}.`, {
      cause: parsed.error,
    });
  return parsed.data;
}

/** Parse JSON; throws `usage` naming the file. */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new KinemacolorError('usage', `Expected JSON in ${path}: ${(cause as Error).message}.`, { cause });
  }
}

/** Settings in order of weight: what was given, then the pipeline, then defaults. Throws `usage` in one sentence. */
export async function resolveSettings(given: SettingsInput, pipeline?: string): Promise<Settings> {
  const base = pipeline === undefined ? {} : (await readPipeline(pipeline)).settings;
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const parsed = settingsSchema.safeParse({ ...base, ...known });
  if (!parsed.success)
    throw new KinemacolorError('usage', `A setting is not valid: ${explainIssues(parsed.error)}.`, { cause: parsed.error });
  if (parsed.data.keyframeSource === 'given' && parsed.data.keyframes === undefined) {
    throw new KinemacolorError(
      'usage',
      'Expected a folder of keyframe pictures (--keyframes), since no other keyframe is to be made; without one the film would stay gray.',
    );
  }
  return parsed.data;
}
