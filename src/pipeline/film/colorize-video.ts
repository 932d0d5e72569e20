import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { folderFiles } from '../../adapters/files/shared-files.ts';
import { chooseModels } from '../../adapters/models/model-store.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { makesKeyframes, type Settings, type SettingsInput } from '../../options.ts';
import { eitherOf, guarded } from '../../pending.ts';
import { givenKeyframes, planFilm } from '../plan/plan-film.ts';
import { gatherWarnings, type Warnings } from '../run/gather-warnings.ts';
import { hashFilm } from '../run/hash-film.ts';
import { gradeOfSettings } from '../run/read-look.ts';
import { resolveSettings } from '../run/read-pipeline.ts';
import { preloadModels } from '../run/render-context.ts';
import { inputsOfPlan, inputsOfSettings } from '../run/run-inputs.ts';
import type { RunReport } from '../run/shot-report.ts';
import { checkBeforeRun, type RunOptions, withStreams } from './before-run.ts';
import { folderBeside, type Journal, openJournal, shotsFolder } from './journal.ts';
import { type FinishedRun, renderAndReport } from './render-and-report.ts';
import { runFingerprint } from './run-fingerprint.ts';

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
      const ahead = makesKeyframes(settings) ? preloadModels(settings) : undefined;
      try {
        const plan =
          (await planOfEarlierRun(journal, path, settings)) ??
          (await planFilm(path, settings, { ...options, film, ahead, signal }));
        await journal.writePlan(`${JSON.stringify(plan, null, 2)}\n`);
        const run = await runFingerprint(path, settings, signal);
        return await renderAndReport(plan, place, journal, { ...options, missing: 'render', film, streams, ahead, run });
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
      renderAndReport(plan, place, journal, { ...options, missing: 'render', film, streams }),
    ),
  );
}

/** Shots that the film's project has already are not rendered again. */
async function withJournal(
  { source, output, warnings }: { source: string; output: string; warnings: Warnings },
  { shots }: RunOptions,
  run: (journal: Journal) => Promise<FinishedRun>,
): Promise<RunReport> {
  const warn = (message: string) => warnings.watch({ type: 'warning', message });
  const journal = await openJournal(folderBeside(output), { others: [folderFiles(shotsFolder(folderBeside(source)))], warn });
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
  // Which of the references are alike is found anew; shots that come out the same are kept.
  if (settings.references !== undefined || settings.referenceFor !== undefined) return undefined;
  if (!isDeepStrictEqual(plan.grade, await gradeOfSettings(settings))) return undefined;
  return (await hashFilm(source)) === plan.source.sha256 ? plan : undefined;
}
