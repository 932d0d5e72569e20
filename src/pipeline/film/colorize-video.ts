import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Existing, Inputs, OutputPlace } from '../../adapters/files/output-guard.ts';
import { chooseModels } from '../../adapters/models/model-store.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { isStretch, type Settings, type SettingsInput } from '../../options.ts';
import { guarded } from '../../pending.ts';
import type { OnProgress } from '../../progress.ts';
import { chooseEncoding, containerOf } from '../../stages/encode/codecs.ts';
import { laidOutSize } from '../../stages/encode/layout.ts';
import { discontinuityWarning } from '../../stages/probe/clock-stretches.ts';
import { probeFilm } from '../../stages/probe/probe.ts';
import { checkStreams } from '../../stages/remux/source-streams.ts';
import type { StreamRemarks } from '../../stages/remux/stream-remarks.ts';
import { shotsOfPlan } from '../plan/known-shots.ts';
import { givenKeyframes, planFilm } from '../plan/plan-film.ts';
import { threadCount } from '../run/budget.ts';
import { gatherWarnings, type Warnings } from '../run/gather-warnings.ts';
import { guardFilm } from '../run/guard-film.ts';
import { hashFilm } from '../run/hash-film.ts';
import { gradeOfSettings } from '../run/read-look.ts';
import { resolveSettings } from '../run/read-pipeline.ts';
import { openRenderContext, type PreloadedModels, preloadModels, type RenderContext } from '../run/render-context.ts';
import { inputsOfPlan, inputsOfSettings } from '../run/run-inputs.ts';
import type { RunReport } from '../run/shot-report.ts';
import { warnOfOldFfmpeg } from '../run/warn-of-old-ffmpeg.ts';
import { folderBeside, type Journal, openJournal, shotsFolder } from './journal.ts';
import { renderAndAssemble } from './render-and-assemble.ts';
import { runFingerprint } from './run-fingerprint.ts';

/** Options of a run that do not change the pictures of the result. */
export interface RunOptions {
  /** Stops the run at once; the promise rejects as `interrupted`. The same call resumes the run. */
  readonly signal?: AbortSignal | undefined;
  /** When it fires, shots in progress are finished and the run rejects as `interrupted`. */
  readonly stopAfterShot?: AbortSignal | undefined;
  /** Called with each progress event. */
  readonly onProgress?: OnProgress | undefined;
  /** Number of worker threads; default: one per core. Changes speed, never the result. */
  readonly workers?: number | undefined;
  /** `refuse` (default): an existing file that Kinemacolor did not make is never replaced. */
  readonly existing?: Existing | undefined;
  /** Further files of the run (such as the plan's own) that must not be written to. */
  readonly reads?: readonly string[] | undefined;
  /**
   * What to do with the rendered shots in `<output>.kinemacolor` when the film is complete: `remove` (default), or `keep` for a
   * project's review.
   */
  readonly shots?: 'remove' | 'keep' | undefined;
}

/** Options of `colorizeVideo`. */
export interface ColorizeOptions extends RunOptions {
  /** Settings; those left out come from the pipeline, then from the defaults. */
  readonly settings?: SettingsInput | undefined;
  /** Name or path of a pipeline that provides settings. */
  readonly pipeline?: string | undefined;
}

/**
 * Colour a film: plan it, render its shots, join them with everything else of the source. Finished work is kept in
 * `<output>.kinemacolor` until the film is complete; the same call resumes after a crash. Throws KinemacolorError, of any kind.
 */
export function colorizeVideo(source: string, output: string, options: ColorizeOptions = {}): Promise<RunReport> {
  return guarded(colorizeFilm(source, output, options));
}

async function colorizeFilm(source: string, output: string, requested: ColorizeOptions): Promise<RunReport> {
  const warnings = gatherWarnings(requested.onProgress);
  const options = { ...requested, onProgress: warnings.watch };
  const settings = await resolveSettings(options.settings ?? {}, options.pipeline);
  const path = resolve(source);
  const inputs = await inputsOfSettings([path], settings, options.pipeline, ...(options.reads ?? []));
  const { film, place } = await checkBeforeRun({ path, stream: settings.stream }, output, { ...options, settings, inputs });
  return withJournal({ source: path, output, warnings }, options, journal =>
    withStreams(film, { output, settings, signal: options.signal }, async streams => {
      const signal = eitherOf(options.signal, options.stopAfterShot); // no shot is in progress yet
      const ahead = settings.keyframeSource === 'given' ? undefined : preloadModels(settings);
      try {
        const plan =
          (await planOfEarlierRun(journal, path, settings)) ??
          (await planFilm(path, settings, { ...options, film, ahead, signal }));
        await journal.writePlan(`${JSON.stringify(plan, null, 2)}\n`);
        const run = await runFingerprint(path, settings, signal);
        return await renderAndReport(plan, place, journal, { ...options, film, streams, ahead, run });
      } finally {
        await ahead?.close();
      }
    }),
  );
}

/** Render a plan (made by `planVideo`, perhaps edited) and assemble the film. Resumes like `colorizeVideo`. */
export function renderVideo(plan: Plan, output: string, options: RunOptions = {}): Promise<RunReport> {
  return guarded(renderFilm(plan, output, options));
}

async function renderFilm(plan: Plan, output: string, requested: RunOptions): Promise<RunReport> {
  const warnings = gatherWarnings(requested.onProgress);
  const options = { ...requested, onProgress: warnings.watch };
  const { settings, source } = plan;
  const inputs = await inputsOfPlan(plan, ...(options.reads ?? []));
  const { film, place } = await checkBeforeRun(source, output, { ...options, settings, inputs });
  return withJournal({ source: source.path, output, warnings }, options, journal =>
    withStreams(film, { output, settings, signal: options.signal }, streams =>
      renderAndReport(plan, place, journal, { ...options, film, streams }),
    ),
  );
}

/** The report without its warnings, which are complete only at the very end. */
type Finished = Omit<RunReport, 'warnings'>;

/**
 * Work while the streams to be copied are tried, which reads the whole film once. A failure there is thrown where it is
 * awaited.
 */
async function withStreams(
  film: Film,
  { output, settings, signal }: { output: string; settings: Settings; signal: AbortSignal | undefined },
  work: (streams: Promise<StreamRemarks>) => Promise<Finished>,
): Promise<Finished> {
  const over = new AbortController();
  const part = isStretch(settings) ? 'stretch' : 'whole';
  const request = { part, ffmpeg: await locateFfmpeg(), signal: eitherOf(signal, over.signal) } as const;
  const streams = checkStreams(film, { output, codec: settings.codec }, request);
  streams.catch(() => undefined);
  try {
    return await work(streams);
  } finally {
    over.abort();
    await streams.catch(() => undefined);
  }
}

function eitherOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter(signal => signal !== undefined));
}

/** Shots that the film's project has already are not rendered again. */
async function withJournal(
  { source, output, warnings }: { source: string; output: string; warnings: Warnings },
  { shots }: RunOptions,
  run: (journal: Journal) => Promise<Finished>,
): Promise<RunReport> {
  const warn = (message: string) => warnings.watch({ type: 'warning', message });
  const journal = await openJournal(folderBeside(output), { others: [shotsFolder(folderBeside(source))], warn });
  try {
    const report = await run(journal);
    await (shots === 'keep' ? journal.release('complete') : journal.discard()).catch(cause =>
      warn(`The film is finished, but ${journal.folder} could not be cleared: ${cause.message}; remove it.`),
    );
    return { ...report, warnings: warnings.reported() };
  } catch (cause) {
    const interrupted = cause instanceof KinemacolorError && cause.kind === 'interrupted';
    await journal.release(interrupted ? 'interrupted' : 'failed').catch(() => undefined);
    throw cause;
  }
}

/** Open what the plan needs, render and assemble the film, and report on it. */
async function renderAndReport(
  plan: Plan,
  place: OutputPlace,
  journal: Journal,
  options: RunOptions & {
    readonly onProgress: OnProgress;
    readonly film: Film;
    readonly streams: Promise<StreamRemarks>;
    readonly ahead?: PreloadedModels | undefined;
    readonly run?: string | undefined;
  },
): Promise<Finished> {
  const { onProgress } = options;
  const warn = (message: string) => onProgress({ type: 'warning', message });
  const started = performance.now();
  const keyframes = plan.shots.reduce((sum, shot) => sum + shot.keyframes.length, 0);
  onProgress({ type: 'plan', shots: plan.shots.length, keyframes, frames: plan.source.frames, path: undefined });
  const { remarks = [], damage: ofPictures } = plan.source;
  for (const message of ofPictures === undefined ? remarks : [...remarks, ofPictures]) warn(message);
  const context = await openRenderContext(plan, options);
  try {
    const { colorizer } = context;
    if (colorizer) onProgress({ type: 'device', device: colorizer.device, model: plan.model.id, note: colorizer.note });
    for (const note of encodingNotes(plan, place.path, context)) warn(note);
    const { damage, warnings: left } = await options.streams;
    for (const message of [...damage, ...left]) warn(message);
    const { shots, done } = await renderAndAssemble(plan, place, { context, journal }, { ...options, started });
    const { part, given } = shotsOfPlan(plan);
    const report = {
      output: done.path,
      source: plan.source.path,
      stream: plan.source.stream,
      frames: done.frames,
      seconds: done.seconds,
      device: context.engine.device!,
      model: plan.model.id,
      ffmpeg: context.ffmpeg.version,
      damage: [ofPictures, ...damage].filter(remark => remark !== undefined).join(' ') || undefined,
      part,
      given,
      shots,
      busy: Object.fromEntries(context.threads.busy),
    };
    onProgress(done);
    return report;
  } finally {
    await context.close();
  }
}

function encodingNotes(plan: Plan, output: string, { film, ffmpeg }: RenderContext): readonly string[] {
  return chooseEncoding(film, plan.settings, output, ffmpeg, laidOutSize(film.format, plan.settings.layout)).notes;
}

/** The plan of an interrupted run, if it was made for the same film, model, settings and pictures. */
async function planOfEarlierRun(journal: Journal, source: string, settings: Settings): Promise<Plan | undefined> {
  const plan = await journal.readPlan();
  if (!plan || !isDeepStrictEqual(plan.settings, settings)) return undefined;
  const model = await chooseModels(settings.model);
  if (plan.model.sha256 !== model.sha256 || plan.model.contract !== model.contract || plan.source.path !== source)
    return undefined;
  const pictures = plan.shots.flatMap(shot => shot.keyframes).filter(({ color }) => color.kind === 'picture');
  const given = await givenKeyframes(settings);
  if (
    !isDeepStrictEqual(
      pictures,
      given.filter(({ index }) => index < plan.source.frames),
    )
  )
    return undefined;
  if (!isDeepStrictEqual(plan.grade, await gradeOfSettings(settings))) return undefined;
  return (await hashFilm(source)) === plan.source.sha256 ? plan : undefined;
}

interface RunChecks extends RunOptions {
  readonly settings: Settings;
  readonly inputs: Inputs;
}

/** Check everything that can fail before the first frame is decoded. Returns the film, and the path of the result. */
async function checkBeforeRun(
  source: { readonly path: string; readonly stream?: number | undefined },
  output: string,
  { settings, inputs, existing, workers, onProgress, signal }: RunChecks,
): Promise<{ film: Film; place: OutputPlace }> {
  containerOf(output);
  threadCount(workers);
  const ffmpeg = await locateFfmpeg();
  const film = await probeFilm(source.path, ffmpeg, signal, source.stream);
  const obstacle = discontinuityWarning(film, ffmpeg);
  if (obstacle !== undefined) throw new KinemacolorError('environment', obstacle);
  chooseEncoding(film, settings, output, ffmpeg, laidOutSize(film.format, settings.layout));
  const place = await guardFilm(output, { inputs, existing, ffmpeg });
  for (const message of film.notes) onProgress?.({ type: 'warning', message });
  warnOfOldFfmpeg(ffmpeg, onProgress);
  return { film, place };
}
