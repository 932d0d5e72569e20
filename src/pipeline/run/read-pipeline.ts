import { fileURLToPath } from 'node:url';
import { namesIn } from '../../adapters/files/folders.ts';
import { readText } from '../../adapters/files/read-input.ts';
import { KinemacolorError } from '../../errors.ts';
import { meantInstead } from '../../meant-word.ts';
import {
  explainIssues,
  type Pipeline,
  pipelineSchema,
  type Settings,
  type SettingsInput,
  settingsSchema,
} from '../../options.ts';
import { gradeOfSettings } from './read-look.ts';

const SHIPPED = new URL('../../../../pipelines/', import.meta.url);

/** Names of the pipelines that are part of the program. */
export async function shippedPipelines(): Promise<string[]> {
  const names = await namesIn(fileURLToPath(SHIPPED));
  return names
    .filter(name => name.endsWith('.json') && name !== 'pipeline.schema.json')
    .map(name => name.slice(0, -'.json'.length));
}

/**
 * Read a pipeline by its name or the path of a JSON file. Throws `usage` where it does not exist or contains anything unknown.
 */
export async function readPipeline(nameOrPath: string): Promise<Pipeline> {
  const names = await shippedPipelines();
  const path = names.includes(nameOrPath) ? fileURLToPath(new URL(`${nameOrPath}.json`, SHIPPED)) : nameOrPath;
  const text = await readText(path).catch(cause => {
    throw new KinemacolorError(
      'usage',
      `Expected a pipeline (${names.join(', ')}) or a path to one, received "${nameOrPath}"${meantInstead(nameOrPath, names)}, which cannot be read.`,
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

/** Parse JSON. Throws `usage`, with the file's name. */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new KinemacolorError('usage', `Expected JSON in ${path}: ${(cause as Error).message}.`, { cause });
  }
}

/** Settings by precedence: those given, then the pipeline's, then the defaults. Throws `usage`. */
export async function resolveSettings(given: SettingsInput, pipeline?: string): Promise<Settings> {
  const base = pipeline === undefined ? {} : (await readPipeline(pipeline)).settings;
  const known: SettingsInput = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const parsed = settingsSchema.safeParse({ ...withoutOtherEnd(base, known), ...known });
  if (!parsed.success)
    throw new KinemacolorError('usage', `A setting is not valid: ${explainIssues(parsed.error)}.`, { cause: parsed.error });
  if (parsed.data.keyframeSource === 'given' && parsed.data.keyframes === undefined) {
    throw new KinemacolorError(
      'usage',
      'Expected a folder of keyframe pictures (--keyframes), since no other keyframe is to be made; without one the film would stay gray.',
    );
  }
  checkStretch(parsed.data);
  checkPalette(parsed.data);
  await gradeOfSettings(parsed.data); // the file of a look is read at the door
  return parsed.data;
}

/** An end that is given replaces the pipeline's, in whichever of its two forms that is. */
function withoutOtherEnd(base: Pipeline['settings'], given: SettingsInput): Pipeline['settings'] {
  const { to: _to, duration: _duration, ...rest } = base;
  return given.to === undefined && given.duration === undefined ? base : rest;
}

/** What would change the colour that a palette gives. */
const BESIDE_PALETTE = {
  keyframes: '--keyframes',
  references: '--references',
  referenceFor: '--reference-for',
  saturation: '--saturation',
  warmth: '--warmth',
  darkGuard: '--dark-guard',
  look: '--look',
} as const;

function checkPalette(settings: Settings): void {
  if (settings.palette === undefined) return;
  const [, option] =
    Object.entries(BESIDE_PALETTE).find(([name]) => settings[name as keyof typeof BESIDE_PALETTE] !== undefined) ?? [];
  if (option)
    throw new KinemacolorError(
      'usage',
      `A palette alone decides the colour of each intensity; leave ${option} out, or --palette.`,
    );
}

function checkStretch({ from = 0, to, duration }: Settings): void {
  if (to === undefined) return;
  if (duration !== undefined)
    throw new KinemacolorError('usage', 'Expected an end (--to) or a length (--duration) of the stretch, received both.');
  const sameUnit = typeof from === typeof to;
  if (sameUnit && Number.parseFloat(`${to}`) <= Number.parseFloat(`${from}`))
    throw new KinemacolorError(
      'usage',
      `Expected an end after the start, received --from ${from} and --to ${to}; give a later --to, or a length with --duration.`,
    );
}
