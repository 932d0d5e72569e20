import { dirname, resolve } from 'node:path';
import { removePaths } from '../../adapters/files/folders.ts';
import { cachedHash, rememberHash } from '../../adapters/files/hash-file.ts';
import { type Existing, guardOutput } from '../../adapters/files/output-guard.ts';
import { createPart } from '../../adapters/files/parts.ts';
import { commitPart } from '../../adapters/files/save-file.ts';
import { KinemacolorError } from '../../errors.ts';
import { checkShot, type Plan, shotFingerprint } from '../../media/plan/plan.ts';
import type { SettingsInput } from '../../options.ts';
import { guarded } from '../../pending.ts';
import type { OnProgress } from '../../progress.ts';
import { writing } from '../../system-errors.ts';
import { planFilm } from '../plan/plan-film.ts';
import { resolveSettings } from '../run/read-pipeline.ts';
import { openRenderContext, type RenderContext } from '../run/render-context.ts';
import { inputsOfPlan } from '../run/run-inputs.ts';
import type { ShotReport } from '../run/shot-report.ts';
import { renderSegment } from '../shot/render-segment.ts';
import { assembleFilm } from './assemble-film.ts';

/** Options of `planVideo`. */
export interface PlanVideoOptions {
  /** Settings; those left out have the pipeline's values, then the defaults. */
  readonly settings?: SettingsInput | undefined;
  /** Name or path of a pipeline that provides settings. */
  readonly pipeline?: string | undefined;
  /** Stops the survey; the promise rejects as `interrupted`. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the progress of the survey and with warnings about the film. */
  readonly onProgress?: OnProgress | undefined;
}

/** Options of `renderShot` and `assemble`. */
export interface StepOptions {
  /**
   * Model, worker threads and decoder, opened once for many calls with `openRenderContext`; default: opened and closed by this
   * call.
   */
  readonly context?: RenderContext | undefined;
  /** `refuse` (default): an existing file that Kinemacolor did not make is never replaced. */
  readonly existing?: Existing | undefined;
  /** Stops the call; the promise rejects as `interrupted`, and no file is left. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `renderShot`. */
export interface RenderShotOptions extends StepOptions {
  /** Called after each frame is handed to the encoder. */
  readonly onFrame?: (() => void) | undefined;
}

/** A rendered shot in its own file. Plain JSON: it can be stored, and come from another process or machine. */
export type ShotFile = ShotReport & {
  /** The shot's file: Matroska, with the source's times, without sound. */
  readonly path: string;
};

/**
 * Step 1 of 3: look through a film once and decide its shots and keyframes. Writes nothing. The plan is plain JSON and may be
 * edited. Throws `source` where the film cannot be used, `reference` for keyframe pictures that do not fit it, `usage`,
 * `model`, `environment`.
 */
export async function planVideo(source: string, options: PlanVideoOptions = {}): Promise<Plan> {
  return planFilm(source, await resolveSettings(options.settings ?? {}, options.pipeline), options);
}

/**
 * Step 2 of 3: render one shot of a plan, by its number from 0, into a file. Only the plan and the shot's own frames are read,
 * so shots can be rendered in any order, by any process and on any machine with the same program. The file appears whole or not
 * at all. Throws `output` where it cannot be written, `usage` where the plan has no such shot, and as `openRenderContext` does.
 */
export function renderShot(plan: Plan, number: number, path: string, options: RenderShotOptions = {}): Promise<ShotFile> {
  return guarded(renderToFile(plan, number, resolve(path), options));
}

async function renderToFile(plan: Plan, number: number, path: string, options: RenderShotOptions): Promise<ShotFile> {
  checkShot(plan, number);
  const wanted = { path, what: 'shot', option: 'another path' };
  const place = await guardOutput(wanted, { inputs: await inputsOfPlan(plan), existing: options.existing });
  return withContext(plan, options, async context => {
    const part = await writing(path, () => createPart(dirname(path)));
    try {
      const report = await renderSegment(plan, number, context, { ...options, path: part });
      await commitPart(part, place);
      await rememberHash(path, report.segmentSha256);
      return { ...report, path };
    } finally {
      await removePaths(part);
    }
  });
}

/**
 * Step 3 of 3: join the rendered shots and copy everything else of the source. The output appears whole or not at all; the
 * shots' files are kept. `shots`: each shot of the plan once, in any order. Returns what could not be copied, one sentence
 * each. Throws `usage` where shots are missing or were rendered from another plan, `output` where a shot's file was changed or
 * the result cannot be written.
 */
export function assemble(plan: Plan, shots: readonly ShotFile[], output: string, options: StepOptions = {}): Promise<string[]> {
  return guarded(assembleFiles(plan, shots, output, options));
}

async function assembleFiles(plan: Plan, shots: readonly ShotFile[], output: string, options: StepOptions): Promise<string[]> {
  const byNumber = new Map(shots.map(shot => [shot.shot, shot]));
  const missing = plan.shots.findIndex((_, number) => !byNumber.has(number));
  if (missing >= 0)
    throw new KinemacolorError('usage', `Expected every shot of the plan, but shot ${missing} is missing; render it.`, {
      place: { stage: 'assemble', shot: missing },
    });
  return withContext(plan, options, async context => {
    const ordered = plan.shots.map((_, number) => byNumber.get(number)!);
    const stale = ordered.find(({ shot, fingerprint }) => fingerprint !== shotFingerprint(plan, shot, context.engine));
    if (stale)
      throw new KinemacolorError(
        'usage',
        `Shot ${stale.shot} was rendered from another plan, or by another program, encoder or device; render it anew.`,
        { place: { stage: 'assemble', shot: stale.shot } },
      );
    const files = new Map(ordered.map(shot => [shot.fingerprint, shot]));
    const store = {
      segmentPath: (fingerprint: string) => files.get(fingerprint)!.path,
      finished: async (fingerprint: string) => {
        const { path, segmentSha256 } = files.get(fingerprint)!;
        const hash = await cachedHash(path).catch(() => undefined); // an unreadable file counts as changed
        return hash === segmentSha256 ? path : undefined;
      },
    };
    const reports = ordered.map(shot => ({ ...shot, reused: false }));
    return assembleFilm(plan, reports, output, context, store, options);
  });
}

/** Work with the caller's context, which stays open, or with one opened for this call. */
async function withContext<Done>(
  plan: Plan,
  options: StepOptions,
  work: (context: RenderContext) => Promise<Done>,
): Promise<Done> {
  if (options.context) return work(options.context);
  const own = await openRenderContext(plan, { signal: options.signal });
  try {
    return await work(own);
  } finally {
    await own.close();
  }
}
