import { dirname, join, resolve } from 'node:path';
import PQueue from 'p-queue';
import { factsAt } from '../../adapters/files/file-facts.ts';
import { makeFolder } from '../../adapters/files/folders.ts';
import { type FoundPicture, findPictures } from '../../adapters/pictures/find-pictures.ts';
import { pixelsOf } from '../../adapters/pictures/still-file.ts';
import { type FailureKind, KinemacolorError, throwIfAborted } from '../../errors.ts';
import { guarded } from '../../pending.ts';
import type { OnProgress } from '../../progress.ts';
import { resolveSettings } from '../run/read-pipeline.ts';
import { inputsOfSettings } from '../run/run-inputs.ts';
import type { StillOptions } from './colorize-still.ts';
import { renderStill, type StillReport } from './render-still.ts';
import { openStillContext } from './still-context.ts';

/** Options of `colorizeStills`. */
export interface StillsOptions extends Omit<StillOptions, 'hints'> {
  /** When it fires, pictures in progress are finished and the run rejects as `interrupted`. */
  readonly stopAfterPicture?: AbortSignal | undefined;
}

/** A picture that could not be coloured. */
export interface FailedStill {
  /** The picture. */
  readonly source: string;
  /** The kind of failure. */
  readonly kind: FailureKind;
  /** What went wrong, in one sentence. */
  readonly message: string;
}

/** The report of many pictures, in order of their names. */
export interface StillsReport {
  /** The folder of results. Absolute. */
  readonly output: string;
  /** Each coloured picture, made now or before. */
  readonly pictures: readonly StillReport[];
  /** Each picture that could not be coloured. */
  readonly failed: readonly FailedStill[];
  /** Seconds that it took. */
  readonly seconds: number;
}

/** Pictures in progress at once: one is read or written while another is coloured. */
const CONCURRENT_PICTURES = 2;

/**
 * A picture with more pixels than this is large, and only one such picture is in progress at a time: 100 million pixels of 16
 * bit take about 2 GB.
 */
const LARGE_PIXELS = 3e7;

/** Kinds of failure that concern one picture; any other kind ends the run. */
const PER_PICTURE_KINDS: readonly FailureKind[] = ['source', 'reference', 'usage', 'output'];

/**
 * Colour many pictures into the folder `output` (created where it is missing), each under its own name. `sources`: files,
 * folders (their own pictures), patterns (`scans/**\/*.tif`, whose subfolders are kept). A picture that cannot be used does not
 * end the run; it is listed in the report. A result that exists already, from the same source, model and settings, is kept, so
 * the same call resumes an interrupted run. Throws KinemacolorError as `colorizeStill` does, for failures that concern all
 * pictures.
 */
export function colorizeStills(sources: readonly string[], output: string, options: StillsOptions = {}): Promise<StillsReport> {
  return guarded(colorizePictures(sources, output, options));
}

async function colorizePictures(sources: readonly string[], output: string, options: StillsOptions): Promise<StillsReport> {
  const started = performance.now();
  const { onProgress, workers, existing = 'refuse' } = options;
  const settings = await resolveSettings(options.settings ?? {}, options.pipeline);
  const folder = resolve(output);
  const pictures = await findPictures(sources, folder);
  const inputs = await inputsOfSettings(
    pictures.map(({ path }) => path),
    settings,
    options.pipeline,
  );
  await makeResultFolder(folder);
  const context = await openStillContext(settings, { workers, onProgress });
  try {
    const colorOne = async ({ path, name }: FoundPicture): Promise<StillReport> => {
      const target = join(folder, name);
      await makeResultFolder(dirname(target));
      return renderStill({ source: path, output: target, existing, inputs, finished: 'keep' }, context, options.signal);
    };
    const large = new PQueue({ concurrency: 1 });
    const colorInTurn = async (picture: FoundPicture): Promise<StillReport> => {
      const alone = ((await pixelsOf(picture.path)) ?? 0) > LARGE_PIXELS;
      return alone ? large.add(() => colorOne(picture)) : colorOne(picture);
    };
    const { done, failed } = await eachInTurn(pictures, colorInTurn, options);
    const seconds = (performance.now() - started) / 1000;
    const kept = done.filter(({ outcome }) => outcome === 'kept').length;
    onProgress?.({ type: 'pictures-done', path: folder, colored: done.length - kept, kept, failed: failed.length, seconds });
    return { output: folder, pictures: done, failed, seconds };
  } finally {
    await context.close();
  }
}

async function makeResultFolder(folder: string): Promise<void> {
  const found = await factsAt(folder).catch(() => undefined);
  if (found && found.kind !== 'folder')
    throw new KinemacolorError(
      'usage',
      `Expected a folder for the results, received the file ${folder}; choose another with --output.`,
    );
  await makeFolder(folder);
}

async function eachInTurn(
  pictures: readonly FoundPicture[],
  colorOne: (picture: FoundPicture) => Promise<StillReport>,
  { onProgress, signal, stopAfterPicture }: StillsOptions,
): Promise<{ done: StillReport[]; failed: FailedStill[] }> {
  const queue = new PQueue({ concurrency: CONCURRENT_PICTURES });
  const ends: (StillReport | FailedStill | undefined)[] = pictures.map(() => undefined);
  const state: { fatal?: unknown } = {};
  const report = progressOf(pictures.length, onProgress);
  onProgress?.({ type: 'pictures', done: 0, total: pictures.length, secondsLeft: undefined });
  const stop = () => queue.clear();
  stopAfterPicture?.addEventListener('abort', stop);
  try {
    for (const [i, picture] of pictures.entries()) {
      queue.add(async () => {
        if (signal?.aborted || stopAfterPicture?.aborted || state.fatal !== undefined) return;
        try {
          ends[i] = await colorOne(picture);
        } catch (cause) {
          ends[i] = failureOf(picture, cause);
          if (ends[i]) return report(ends[i]);
          state.fatal ??= cause;
          return stop();
        }
        report(ends[i]);
      });
    }
    await queue.onIdle();
  } finally {
    stopAfterPicture?.removeEventListener('abort', stop);
  }
  throwIfAborted(signal);
  if (state.fatal !== undefined) throw state.fatal;
  const found = ends.filter(end => end !== undefined);
  if (found.length < pictures.length) {
    throw new KinemacolorError(
      'interrupted',
      `The run was stopped after ${found.length} of ${pictures.length} pictures; the same command goes on with the others.`,
    );
  }
  return { done: found.filter(end => 'outcome' in end), failed: found.filter(end => 'kind' in end) };
}

function failureOf({ path }: FoundPicture, cause: unknown): FailedStill | undefined {
  if (!(cause instanceof KinemacolorError) || !PER_PICTURE_KINDS.includes(cause.kind)) return undefined;
  return { source: path, kind: cause.kind, message: cause.message };
}

function progressOf(total: number, onProgress: OnProgress | undefined): (end: StillReport | FailedStill | undefined) => void {
  const started = performance.now();
  const state = { done: 0 };
  return end => {
    state.done++;
    if (!end || !onProgress) return;
    if ('kind' in end) onProgress({ type: 'picture-failed', source: end.source, message: end.message });
    else {
      for (const message of end.warnings) onProgress({ type: 'warning', message });
      const { source, output, width, height, depth, outcome } = end;
      onProgress({ type: 'picture-done', source, path: output, width, height, depth, outcome });
    }
    const secondsLeft = ((performance.now() - started) / 1000 / state.done) * (total - state.done);
    onProgress({ type: 'pictures', done: state.done, total, secondsLeft });
  };
}
