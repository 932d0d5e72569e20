import { KinemacolorError } from '../../errors.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { guarded } from '../../pending.ts';
import { gatherWarnings } from '../run/gather-warnings.ts';
import { openRenderContext } from '../run/render-context.ts';
import { inputsOfPlan } from '../run/run-inputs.ts';
import type { RunReport } from '../run/shot-report.ts';
import { checkBeforeRun, type RunOptions, withStreams } from './before-run.ts';
import type { RenderedShot } from './finished-shot.ts';
import { segmentsToJoin, segmentsToRender } from './open-segments.ts';
import { renderAndReport } from './render-and-report.ts';
import { renderPlan } from './render-plan.ts';

/** Options of a run whose shots lie in a folder that any number of machines share. */
export interface ShotsOptions extends Pick<RunOptions, 'signal' | 'stopAfterShot' | 'onProgress' | 'workers'> {
  /** The folder of finished shots, for this plan alone or for many; or `s3://bucket/prefix`. */
  readonly segments: string;
  /** The folder for what is fetched from S3; default: KINEMACOLOR_CACHE, else the platform's folder for caches. */
  readonly cache?: string | undefined;
}

/**
 * Render these shots of a plan, in this order, into the folder of finished shots, which is made where it is missing; those that
 * are finished there are not rendered again. Any number of processes on any number of machines may do so at once. Throws
 * `conflict` where another machine finished a shot with other bytes.
 */
export function renderShots(plan: Plan, shots: readonly number[], options: ShotsOptions): Promise<RenderedShot[]> {
  return guarded(renderInto(plan, shots, options));
}

async function renderInto(plan: Plan, shots: readonly number[], options: ShotsOptions): Promise<RenderedShot[]> {
  const { signal, onProgress } = options;
  const context = await openRenderContext(plan, options);
  try {
    const { colorizer } = context;
    if (colorizer) onProgress?.({ type: 'device', device: colorizer.device, model: plan.model.id, note: colorizer.note });
    const warn = (message: string) => onProgress?.({ type: 'warning', message });
    const { files, store } = await segmentsToRender(options.segments, { cache: options.cache, warn });
    await files.makeReady();
    return await renderPlan(plan, context, store, { ...options, signal, order: shots });
  } finally {
    await context.close();
  }
}

/**
 * Join the finished shots of a plan and copy everything else of the source. The shots are kept. Throws `incomplete` where some are
 * not finished, else as `renderVideo` does.
 */
export function joinShots(plan: Plan, output: string, options: ShotsOptions & RunOptions): Promise<RunReport> {
  return guarded(joinFrom(plan, output, options));
}

async function joinFrom(plan: Plan, output: string, requested: ShotsOptions & RunOptions): Promise<RunReport> {
  const warnings = gatherWarnings(requested.onProgress);
  const options = { ...requested, onProgress: warnings.watch };
  const { settings, source } = plan;
  const warn = (message: string) => warnings.watch({ type: 'warning', message });
  const { files, store, dropFetched } = await segmentsToJoin(options.segments, { cache: options.cache, warn });
  if ((await files.names()).length === 0)
    throw new KinemacolorError(
      'incomplete',
      `None of the ${plan.shots.length} shots is finished in ${files.address}; render them with "kinemacolor render-shot".`,
    );
  const inputs = await inputsOfPlan(plan, ...(options.reads ?? []));
  const { film, place } = await checkBeforeRun(source, output, { ...options, settings, inputs });
  const report = await withStreams(film, { output, settings, signal: options.signal }, streams =>
    renderAndReport(plan, place, store, { ...options, missing: 'refuse', film, streams }),
  );
  await dropFetched(report.shots.map(({ fingerprint }) => fingerprint));
  return { ...report, warnings: warnings.reported() };
}
