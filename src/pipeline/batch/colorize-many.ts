import { dirname, join, resolve } from 'node:path';
import PQueue from 'p-queue';
import { locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { factsAt } from '../../adapters/files/file-facts.ts';
import { type FoundSource, findSources } from '../../adapters/files/find-sources.ts';
import { makeFolder } from '../../adapters/files/folders.ts';
import { pixelsOf } from '../../adapters/pictures/still-file.ts';
import { openStack, seriesKind } from '../../adapters/pictures/tiff-pages.ts';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import type { Codec, Settings } from '../../options.ts';
import { guarded } from '../../pending.ts';
import { probeFilm } from '../../stages/probe/probe.ts';
import type { ColorizeOptions } from '../film/colorize-video.ts';
import { checkJobs, filmBytes, filmsAtOnce, threadsOfEach } from '../run/budget.ts';
import { resolveSettings } from '../run/read-pipeline.ts';
import { defaultPictureOutput, pictureResultName, resultName } from '../run/result-name.ts';
import { inputsOfSettings } from '../run/run-inputs.ts';
import { renderStill, type StillReport } from '../stills/render-still.ts';
import { openStillContext, type StillContext } from '../stills/still-context.ts';
import { type BatchFilm, colorizeFilmOfBatch } from './film-of-batch.ts';
import { eachInTurn, type FailedSource } from './queue.ts';
import { colorizeStackOfBatch } from './stack-of-batch.ts';

/** Options of `colorizeMany`. `stopAfterShot`: shots and pictures in progress are finished, then the run rejects. */
export interface BatchOptions extends Omit<ColorizeOptions, 'reads'> {
  /** Films that are coloured at once; default: 1, which uses all cores already. */
  readonly jobs?: number | undefined;
}

/** The report of many films and pictures, in order of their names. */
export interface BatchReport {
  /** The folder of results. Absolute. */
  readonly output: string;
  /** Each coloured picture, made now or before. */
  readonly pictures: readonly StillReport[];
  /** Each film in colour, made now or before. */
  readonly films: readonly BatchFilm[];
  /** Each film and picture that could not be coloured. */
  readonly failed: readonly FailedSource[];
  /** Seconds that it took. */
  readonly seconds: number;
}

/** Sources in progress at once: one picture is read or written while another is coloured. */
const CONCURRENT_SOURCES = 2;

/**
 * A picture with more pixels than this is large, and only one such picture is in progress at a time: 100 million pixels of 16
 * bit take about 2 GB.
 */
const LARGE_PIXELS = 3e7;

/**
 * Colour many films and pictures into the folder `output` (created where it is missing), each under its own name; a film in a
 * container that is not written becomes `.mkv`, a TIFF of several pages `NAME.color.tif`, of as many. `sources`: files, folders (what
 * lies in them), patterns (`scans/**\/*.tif`, whose subfolders are kept). One that cannot be used does not end the run; it is listed in
 * the report. A result that exists already, from the same source, model and settings, is kept, so the same call resumes an interrupted
 * run, and films go on with the shots that they have. Settings about films do not touch pictures. Throws KinemacolorError as
 * `colorizeVideo` and `colorizeStill` do, for failures that concern all sources.
 */
export function colorizeMany(sources: readonly string[], output: string, options: BatchOptions = {}): Promise<BatchReport> {
  return guarded(colorizeEach(sources, output, options));
}

async function colorizeEach(sources: readonly string[], output: string, options: BatchOptions): Promise<BatchReport> {
  const started = performance.now();
  const { onProgress, jobs = 1 } = options;
  const settings = await resolveSettings(options.settings ?? {}, options.pipeline);
  const folder = resolve(output);
  const items = await itemsOfBatch(sources, folder, settings);
  const films = items.filter(({ kind }) => kind !== 'picture');
  checkSettings(settings, films.length);
  checkJobs(jobs);
  const warn = (message: string) => onProgress?.({ type: 'warning', message });
  const atOnce = jobs === 1 ? 1 : filmsAtOnce(jobs, await sizesOf(films, settings, options.signal), { warn });
  await makeResultFolder(folder);
  const context = await openBatch(items, { settings, atOnce, options });
  try {
    const concurrency = Math.max(CONCURRENT_SOURCES, atOnce);
    const { done, failed } = await eachInTurn(items, item => context.color(item), { ...options, concurrency });
    const seconds = (performance.now() - started) / 1000;
    const kept = done.filter(({ outcome }) => outcome === 'kept').length;
    onProgress?.({ type: 'queue-done', path: folder, colored: done.length - kept, kept, failed: failed.length, seconds });
    const pictures = done.filter(end => 'depth' in end);
    return { output: folder, pictures, films: done.filter(end => 'report' in end), failed, seconds };
  } finally {
    await context.close();
  }
}

/** Memory that each film takes, in bytes. One that cannot be used fails when its turn comes. */
async function sizesOf(films: readonly BatchItem[], settings: Settings, signal: AbortSignal | undefined): Promise<number[]> {
  const ffmpeg = await locateFfmpeg();
  const formatOf = async ({ source, kind }: BatchItem) =>
    kind === 'stack' ? openStack(source) : (await probeFilm(source, ffmpeg, signal, settings.stream)).format;
  const sizes: number[] = [];
  for (const film of films) {
    throwIfAborted(signal);
    const format = await formatOf(film).catch(() => undefined);
    sizes.push(format ? filmBytes(format, settings) : 0);
  }
  return sizes;
}

/** A source, and where its result will be. */
export interface BatchItem {
  readonly source: string;
  readonly output: string;
  /** `stack`: a TIFF of several pages. */
  readonly kind: 'film' | 'picture' | 'stack';
}

/** A picture that moves is a film. */
async function kindOf({ path, kind }: FoundSource): Promise<BatchItem['kind']> {
  if (kind === 'film') return 'film';
  const series = await seriesKind(path);
  return series === 'animation' ? 'film' : (series ?? 'picture');
}

function nameOfResult(name: string, kind: BatchItem['kind'], codec: Codec): string {
  if (kind === 'film') return resultName(name, codec);
  return kind === 'picture' ? pictureResultName(name) : defaultPictureOutput(name, '.tif');
}

/** The films and pictures of a batch, in order of their names. Throws `usage` where two results would have the same name. */
export async function itemsOfBatch(
  sources: readonly string[],
  folder: string,
  { codec }: Pick<Settings, 'codec'>,
): Promise<BatchItem[]> {
  const found = await Promise.all((await findSources(sources, folder)).map(async one => ({ ...one, kind: await kindOf(one) })));
  const byOutput = new Map<string, string>();
  return found.map(({ path, name, kind }) => {
    const output = join(resolve(folder), nameOfResult(name, kind, codec));
    const other = byOutput.get(output);
    if (other !== undefined)
      throw new KinemacolorError(
        'usage',
        `Expected results of different names, but those of ${other} and ${path} have the same; colour them apart.`,
      );
    byOutput.set(output, path);
    return { source: path, output, kind };
  });
}

/** Settings that name frames or a stream of one film make no sense for several. */
function checkSettings({ keyframes, stream }: Settings, films: number): void {
  const option = keyframes !== undefined ? '--keyframes' : stream !== undefined ? '--stream' : undefined;
  if (films > 1 && option !== undefined)
    throw new KinemacolorError('usage', `Expected one film with ${option}, received ${films}; colour them one by one.`);
}

interface Batch {
  color(item: BatchItem): Promise<StillReport | BatchFilm>;
  close(): Promise<void>;
}

/** The model is opened once for all pictures; each film opens its own when its turn comes. */
async function openBatch(
  items: readonly BatchItem[],
  { settings, atOnce, options }: { settings: Settings; atOnce: number; options: BatchOptions },
): Promise<Batch> {
  const { onProgress, pipeline, signal, existing = 'refuse' } = options;
  const sources = items.map(({ source }) => source);
  const inputs = await inputsOfSettings(sources, settings, pipeline);
  const hasPictures = items.some(({ kind }) => kind === 'picture');
  const pictures = hasPictures ? await openStillContext(settings, { workers: options.workers, onProgress }) : undefined;
  const ffmpeg = await locateFfmpeg();
  const gates = { films: new PQueue({ concurrency: atOnce }), large: new PQueue({ concurrency: 1 }) };
  const film = { ...options, workers: threadsOfEach(atOnce, options.workers), reads: sources };
  const colorPicture = ({ source, output }: BatchItem, context: StillContext) =>
    renderStill({ source, output, existing, inputs, finished: 'keep' }, context, signal);
  return {
    async color(item) {
      await makeResultFolder(dirname(item.output));
      if (item.kind === 'film') return gates.films.add(() => colorizeFilmOfBatch(item, { settings, ffmpeg }, film));
      if (item.kind === 'stack') return gates.films.add(() => colorizeStackOfBatch(item, film));
      const alone = ((await pixelsOf(item.source)) ?? 0) > LARGE_PIXELS;
      return alone ? gates.large.add(() => colorPicture(item, pictures!)) : colorPicture(item, pictures!);
    },
    close: async () => pictures?.close(),
  };
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
