import { join } from 'node:path';
import { sizeOf } from '../../adapters/files/file-facts.ts';
import { removePaths } from '../../adapters/files/folders.ts';
import { hashFile } from '../../adapters/files/hash-file.ts';
import { KinemacolorError } from '../../errors.ts';
import { type Plan, shotFingerprint } from '../../media/plan/plan.ts';
import { renderPlan } from '../../pipeline/film/render-plan.ts';
import { filesOfShot, segmentsIn } from '../../pipeline/film/segment-folder.ts';
import { readPlan } from '../../pipeline/plan/read-plan.ts';
import { openRenderContext, type RenderContext } from '../../pipeline/run/render-context.ts';
import type { OnProgress } from '../../progress.ts';
import type { ShotJob } from '../queue/shot-job.ts';
import { mappedPath, mappedPlan } from './path-map.ts';
import type { RenderedAnswer, RenderRequest } from './render-request.ts';

/** The file of a plan in the folder of finished shots. */
export const planFileIn = (segments: string, sha256: string) => join(segments, `${sha256}.plan.json`);

/** Renders jobs one after another; the context of a plan stays open for its next shot. */
export interface ShotRenderer {
  /** Throws `environment` where this machine would make another shot than is wanted; else as `renderShots` does. */
  render(request: RenderRequest, onProgress: OnProgress): Promise<RenderedAnswer>;
  close(): Promise<void>;
}

interface OpenPlan {
  readonly sha256: string;
  readonly plan: Plan;
  readonly context: RenderContext;
}

export function openShotRenderer(): ShotRenderer {
  const held: { open?: OpenPlan | undefined } = {};
  const close = async () => {
    const { open } = held;
    held.open = undefined;
    await open?.context.close();
  };
  const opened = async ({ job, folders }: RenderRequest, segments: string): Promise<OpenPlan> => {
    if (held.open?.sha256 === job.plan) return held.open;
    await close();
    const path = planFileIn(segments, job.plan);
    if ((await hashFile(path).catch(() => undefined)) !== job.plan)
      throw new KinemacolorError('source', `Expected the plan of a job at ${path}; is ${segments} the coordinator's folder?`);
    const plan = mappedPlan(await readPlan(path), folders);
    held.open = { sha256: job.plan, plan, context: await openRenderContext(plan) };
    return held.open;
  };
  return {
    async render(request, onProgress) {
      const { job, folders, machine } = request;
      const segments = mappedPath(job.segments, folders);
      const started = performance.now();
      const { plan, context } = await opened(request, segments);
      if (job.shot >= plan.shots.length || shotFingerprint(plan, job.shot, context.engine) !== job.fingerprint)
        throw new KinemacolorError(
          'environment',
          `This machine would render another shot ${job.shot} than the coordinator wants: program, ffmpeg, encoder, model or device differ.`,
        );
      const [shot] = await renderPlan(plan, context, segmentsIn(segments), { onProgress, order: [job.shot], machine });
      await withdrawLate(segments, job);
      const seconds = (performance.now() - started) / 1000;
      return { type: 'rendered', frames: shot!.frames, reused: shot!.reused, seconds };
    },
    close,
  };
}

/**
 * A coordinator that has joined removes the plan first and then the shots; a worker that stood still meanwhile publishes first and
 * then looks for the plan. Whichever comes last removes the shot.
 */
async function withdrawLate(segments: string, { plan, fingerprint }: ShotJob): Promise<void> {
  if ((await sizeOf(planFileIn(segments, plan))) !== undefined) return;
  await removePaths(...filesOfShot(segments, fingerprint));
  throw new KinemacolorError(
    'source',
    `The plan of a job is no longer in ${segments}: the film was joined or given up while its shot was rendered.`,
  );
}
