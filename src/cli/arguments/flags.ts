import type { Options } from 'yargs';
import { z } from 'zod';
import { AUDIO, type Settings, type SettingsInput, settingsSchema } from '../../options.ts';

/** Settings whose flag is not `--kebab-case value`. */
const OWN_FORM = { keyframeSource: 'keyframes-only' } as const;

const GROUP = 'Picture:';
const kebab = (name: string) => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

/** One yargs flag per setting. They have no defaults, because a pipeline's values come first (see options.ts). */
export function settingFlags(): Record<string, Options> {
  const flags: Record<string, Options> = {};
  for (const [name, schema] of Object.entries(settingsSchema.shape)) {
    if (name in OWN_FORM) continue;
    flags[kebab(name)] = flag(schema);
  }
  flags[OWN_FORM.keyframeSource] = {
    type: 'boolean',
    group: GROUP,
    describe: 'only the pictures of --keyframes are keyframes; make no other',
  };
  return flags;
}

function flag(schema: z.ZodType): Options {
  const fallback = schema instanceof z.ZodDefault ? ` (default ${String(schema.def.defaultValue)})` : '';
  const inner = schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return {
    type: inner instanceof z.ZodNumber ? 'number' : 'string',
    group: GROUP,
    requiresArg: true,
    describe: `${schema.description ?? ''}${fallback}`,
    ...(inner instanceof z.ZodEnum && { choices: inner.options }),
  };
}

const isAudioMode = (value: string): value is Settings['audio'] => (AUDIO as readonly string[]).includes(value);

/** What `--audio` says: what happens to sound, and a file of sound for numbered pictures; the last of each. */
export function readAudio(given: unknown): { readonly mode: Settings['audio'] | undefined; readonly file: string | undefined } {
  const values = given === undefined ? [] : ([given].flat() as string[]);
  return { mode: values.findLast(isAudioMode), file: values.findLast(value => !isAudioMode(value)) };
}

/** The settings among the parsed arguments. */
export function settingsFrom(argv: Record<string, unknown>): SettingsInput {
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(settingsSchema.shape)) if (argv[name] !== undefined) given[name] = argv[name];
  if (given.referenceFor !== undefined) given.referenceFor = [given.referenceFor].flat();
  if (argv.audio !== undefined) given.audio = readAudio(argv.audio).mode;
  if (argv.keyframesOnly === true) given.keyframeSource = 'given';
  return given as SettingsInput;
}

/**
 * A film by Kinemacolor is recognised by its comment, a picture by its note; plans, reports and keyframes by a seal that
 * matches until they are changed.
 */
export const OVERWRITE = {
  type: 'boolean',
  describe: 'replace an existing file that Kinemacolor did not make, or that was changed since',
} as const satisfies Options;

/** What a run shows. */
export const DISPLAY_FLAGS = {
  json: { type: 'boolean', describe: 'events as JSON, one a line, on standard output' },
  quiet: { alias: 'q', type: 'boolean', describe: 'print errors only' },
} as const satisfies Record<string, Options>;

/** Flags of a run whose settings are in its plan. */
export const PLAN_RUN_FLAGS = {
  workers: { type: 'number', requiresArg: true, describe: 'worker threads (default: one per core); never changes the result' },
  ...DISPLAY_FLAGS,
} as const satisfies Record<string, Options>;

/** Flags of pictures that become a film. */
export const PICTURE_FLAGS = {
  fps: {
    type: 'string',
    requiresArg: true,
    describe: 'frames a second of pictures that are a film: 16, 24000/1001 (default 24)',
  },
  audio: {
    type: 'string',
    requiresArg: true,
    describe:
      'sound that the container cannot hold: keep (default) changes no sample and reports what has to be left out, convert brings it into a codec that fits; or a file whose sound is laid beside pictures; may be given twice',
  },
} as const satisfies Record<string, Options>;

/** Flags of a run that makes its own settings. */
export const RUN_FLAGS = {
  pipeline: {
    alias: 'p',
    type: 'string',
    requiresArg: true,
    describe:
      'settings to start from: documentary (restrained colour that fades in the darks, CRF 16), film-reel (flicker, dust and weave expected, keyframes every 16 frames, lossless), preview (five seconds, side by side, fast), or a path',
  },
  ...PLAN_RUN_FLAGS,
} as const satisfies Record<string, Options>;

export const PLAN_FILE = { type: 'string', describe: 'a plan written by "kinemacolor plan"' } as const;

/** The place of finished shots; `more` is said of it in the help. */
export const segmentsFlag = (more: string) =>
  ({
    type: 'string',
    requiresArg: true,
    demandOption: true,
    describe: `folder of finished shots, or s3://BUCKET/PREFIX, ${more}`,
  }) as const;

/** Where that is which is fetched from S3. */
export const CACHE = {
  cache: {
    type: 'string',
    requiresArg: true,
    defaultDescription: "KINEMACOLOR_CACHE, else the user's folder for caches",
    describe: 'folder for films and shots that are fetched from s3://',
  },
} as const satisfies Record<string, Options>;
