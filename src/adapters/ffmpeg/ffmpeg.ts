import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { KinemacolorError } from '../../errors.ts';
import { type Child, type ChildOptions, startChild } from '../workers/child-processes.ts';
import { type FfmpegFacts, factsOf, namesOf } from './ffmpeg-facts.ts';
import { refusalOf, withinBounds } from './film-input.ts';

/** An ffmpeg that runs on this machine, and its capabilities. */
export interface Ffmpeg extends FfmpegFacts {
  readonly path: string;
  readonly probePath: string;
  /**
   * `system`: found on PATH; `added`: from an npm package that the user installed; `bundled`: installed with this package;
   * `given`: by path.
   */
  readonly origin: 'system' | 'added' | 'bundled' | 'given';
  /**
   * The encoders it was built with, by name (`libx264`) and codec (`h264`). Whether the device of a hardware encoder exists
   * must be tried.
   */
  readonly encoders: ReadonlySet<string>;
  /** The decoders it was built with, by name (`libdav1d`) and codec (`av1`). */
  readonly decoders: ReadonlySet<string>;
}

export type FfmpegProcess = Child;

const run = promisify(execFile);
const EXE = process.platform === 'win32' ? '.exe' : '';
const located = new Map<string, Promise<Ffmpeg>>();

/**
 * Find an ffmpeg. `choice` (default: KINEMACOLOR_FFMPEG) is `system`, `added`, `bundled` or the path of an executable. Without
 * a choice the newest is taken; of equal versions the system's first, the bundled one (of 2018) last. Throws `environment`
 * where none runs.
 */
export function locateFfmpeg(choice: string | undefined = process.env.KINEMACOLOR_FFMPEG): Promise<Ffmpeg> {
  const key = choice ?? '';
  const known = located.get(key);
  if (known) return known;
  const found = locate(key);
  located.set(key, found);
  found.catch(() => located.delete(key)); // a missing ffmpeg may be installed before the next call
  return found;
}

/** Where an ffmpeg may be, in order of preference. */
const PLACES = {
  system: () => systemPath('ffmpeg'),
  added: addedPath,
  bundled: () => bundledPath('ffmpeg'),
} as const;

async function locate(choice: string): Promise<Ffmpeg> {
  if (Object.hasOwn(PLACES, choice)) return withProbe(await startAt(choice as keyof typeof PLACES));
  if (choice !== '') return withProbe(await startFfmpeg('given', resolve(choice)));
  const tries = await Promise.allSettled((Object.keys(PLACES) as (keyof typeof PLACES)[]).map(startAt));
  const running = tries.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []));
  const newest = Math.max(...running.map(({ major }) => major));
  const first = running.find(({ major }) => major === newest);
  if (first) return withProbe(first);
  throw new KinemacolorError(
    'environment',
    'Expected an ffmpeg, but neither the system nor the package has one that runs; install ffmpeg or set KINEMACOLOR_FFMPEG to its path.',
    { cause: new AggregateError(tries.map(one => (one.status === 'rejected' ? one.reason : undefined))) },
  );
}

async function startAt(place: keyof typeof PLACES): Promise<StartedFfmpeg> {
  return startFfmpeg(place, await PLACES[place]());
}

/** An ffmpeg that runs, as described by itself. */
type StartedFfmpeg = Omit<Ffmpeg, 'probePath'>;

async function startFfmpeg(origin: Ffmpeg['origin'], path: string): Promise<StartedFfmpeg> {
  // One start for both: the banner is printed to stderr, the list to stdout. A distribution's ffmpeg takes a sixth of a second to start.
  const { stderr: banner, stdout: codecs } = await run(path, ['-codecs'], { maxBuffer: 2 ** 24, windowsHide: true }).catch(
    cause => {
      throw doesNotRun(path, cause);
    },
  );
  const facts = factsOf(banner);
  if (!facts) throw doesNotRun(path, new Error(`its first line is "${(banner + codecs).split('\n', 1)[0]}"`));
  return { path, origin, ...facts, encoders: namesOf(codecs, 'encoders'), decoders: namesOf(codecs, 'decoders') };
}

async function withProbe(ffmpeg: StartedFfmpeg): Promise<Ffmpeg> {
  return { ...ffmpeg, probePath: await probeNextTo(ffmpeg.path, ffmpeg.origin) };
}

function doesNotRun(path: string, cause: unknown): KinemacolorError {
  const message = `Expected an ffmpeg at ${path}, but it does not run; install ffmpeg or set KINEMACOLOR_FFMPEG.`;
  return new KinemacolorError('environment', message, { cause });
}

/** ffprobe: the one next to this ffmpeg, else the bundled one, else the system's (see `Ffmpeg.probePath`). */
async function probeNextTo(ffmpegPath: string, origin: Ffmpeg['origin']): Promise<string> {
  const places = [
    async () => join(dirname(ffmpegPath), `ffprobe${EXE}`),
    () => bundledPath('ffprobe'),
    () => systemPath('ffprobe'),
  ];
  for (const place of origin === 'bundled' ? places.slice(1) : places) {
    const path = await place().catch(() => undefined);
    if (path !== undefined && (await isExecutable(path))) return path;
  }
  throw new KinemacolorError(
    'environment',
    `Expected an ffprobe next to ${ffmpegPath}, on PATH or in the package, but there is none; install ffmpeg whole.`,
  );
}

async function systemPath(name: 'ffmpeg' | 'ffprobe'): Promise<string> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name + EXE);
    if (folder !== '' && (await isExecutable(path))) return path;
  }
  throw new KinemacolorError(
    'environment',
    `Expected ${name} on PATH, but it is not there; install ffmpeg or set KINEMACOLOR_FFMPEG to its path.`,
  );
}

/**
 * npm packages with a newer ffmpeg that a user can add. Their install scripts download it, so the file may be missing. Their
 * code is not run.
 */
const ADDED = ['ffmpeg-ffprobe-static', 'ffmpeg-static'];

async function addedPath(): Promise<string> {
  const { resolve: find } = createRequire(import.meta.url);
  for (const name of ADDED) {
    try {
      const path = join(dirname(find(`${name}/package.json`)), `ffmpeg${EXE}`);
      if (await isExecutable(path)) return path;
    } catch {} // not installed
  }
  throw new KinemacolorError('environment', `Expected an ffmpeg in one of the packages ${ADDED.join(', ')}, but there is none.`);
}

async function bundledPath(name: 'ffmpeg' | 'ffprobe'): Promise<string> {
  try {
    // Both packages throw on import if they have no binary for this platform.
    const installer = name === 'ffmpeg' ? await import('@ffmpeg-installer/ffmpeg') : await import('@ffprobe-installer/ffprobe');
    return installer.default.path;
  } catch (cause) {
    throw new KinemacolorError(
      'environment',
      `The package brings no ${name} for ${process.platform}-${process.arch}; install ffmpeg.`,
      { cause },
    );
  }
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Start ffmpeg. It opens the given inputs and nothing else. Without a stdin pipe it does not read from the terminal. */
export function spawnFfmpeg(ffmpeg: Ffmpeg, args: readonly string[], options: ChildOptions = {}): FfmpegProcess {
  return startChild(
    ffmpeg.path,
    ['-hide_banner', '-nostats', ...(options.stdin === 'pipe' ? [] : ['-nostdin']), ...withinBounds(args)],
    options,
  );
}

/**
 * The output of ffprobe for a file, as parsed JSON. `extraArgs` choose what (`-show_streams`, ...). Throws `source` where
 * ffprobe cannot read the file. fluent-ffmpeg is not used: it parses ffprobe's text, mistakes a newline or "[" in a tag for
 * structure, and ignores side data.
 */
export async function probeJson(
  ffmpeg: Ffmpeg,
  path: string,
  extraArgs: readonly string[],
  signal?: AbortSignal,
): Promise<unknown> {
  const args = withinBounds(['-hide_banner', '-v', 'error', '-print_format', 'json', ...extraArgs, '-i', filmUrl(path)]);
  // The bundled ffprobe is static. On MPEG-TS it loads the system's character set modules and crashes, unless it finds none.
  const env = { GCONV_PATH: dirname(ffmpeg.probePath) };
  const child = startChild(ffmpeg.probePath, args, { stdout: 'pipe', signal, env });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk);
  const end = await child.outcome;
  if (end.code !== 0 && end.signal === null) {
    const refusal = await refusalOf(path, end.lastLines);
    if (refusal) throw refusal;
    throw new KinemacolorError(
      'source',
      `Expected a film at ${path}, but ffprobe cannot read it: ${reasonOf(end.lastLines, path)}.`,
      {
        cause: new Error(end.lastLines.join('\n')),
      },
    );
  }
  await child.exited;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new KinemacolorError('source', `Expected a film at ${path}, but what ffprobe says of it is no JSON.`, { cause });
  }
}

/** ffprobe's messages, without addresses and the file's name, which the sentence has already. */
function reasonOf(lines: readonly string[], path: string): string {
  const messages = lines.map(line => line.replace(`${filmUrl(path)}: `, '').replace(/^(\[[^\]]*\] )*/, ''));
  return messages.length === 0 ? 'it gives no reason' : [...new Set(messages)].slice(-3).join('; ');
}

/**
 * A path that ffmpeg takes literally: spaces, quotes, a leading dash, newlines, colons, "concat:..." and (for films) "%d" have
 * no meaning. For a single picture "%d" would still be a pattern: see `pictureInput` and `pictureOutput`.
 */
export function filmUrl(path: string): string {
  return `file:${resolve(path)}`;
}

/** Input options with which the name of a picture is not a pattern. */
export const pictureInput: readonly string[] = ['-f', 'image2', '-pattern_type', 'none'];

/** Output options with which one picture is written to exactly the given name. */
export const pictureOutput: readonly string[] = ['-frames:v', '1', '-f', 'image2', '-update', '1'];
