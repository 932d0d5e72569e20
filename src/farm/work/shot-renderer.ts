import { KinemacolorError } from '../../errors.ts';
import { type Plan, sha256, shotFingerprint } from '../../media/plan/plan.ts';
import { type OpenSegments, segmentsToRender } from '../../pipeline/film/open-segments.ts';
import { renderPlan } from '../../pipeline/film/render-plan.ts';
import { namesOfShot } from '../../pipeline/film/segment-folder.ts';
import { planHere } from '../../pipeline/plan/film-here.ts';
import { parsePlan } from '../../pipeline/plan/read-plan.ts';
import { openRenderContext, type RenderContext } from '../../pipeline/run/render-context.ts';
import type { OnProgress } from '../../progress.ts';
import type { ShotJob } from '../queue/shot-job.ts';
import { mappedPath, mappedPlan } from './path-map.ts';
import type { RenderedAnswer, RenderRequest } from './render-request.ts';

/** The name of a plan among finished shots. */
export const planName = (sha256: string) => `${sha256}.plan.json`;

/** Renders jobs one after another; the context of a plan stays open for its next shot. */
export interface ShotRenderer {
  /** Throws `environment` where this machine would make another shot than is wanted; else as `renderShots` does. */
  render(request: RenderRequest, onProgress: OnProgress): Promise<RenderedAnswer>;
  close(): Promise<void>;
}

interface OpenPlan {
  readonly sha256: string;
  /** As the job names it. */
  readonly segments: string;
  readonly plan: Plan;
  readonly context: RenderContext;
  readonly shots: OpenSegments;
}

export function openShotRenderer(): ShotRenderer {
  const held: { open?: OpenPlan | undefined } = {};
  const close = async () => {
    const { open } = held;
    held.open = undefined;
    await open?.context.close();
  };
  const opened = async (request: RenderRequest, onProgress: OnProgress): Promise<OpenPlan> => {
    const { job, folders, cache } = request;
    if (held.open?.sha256 === job.plan && held.open.segments === job.segments) return held.open;
    await close();
    const shots = await segmentsToRender(mappedPath(job.segments, folders), { cache });
    const { files } = shots;
    const address = files.addressOf(planName(job.plan));
    const text = await files.readText(planName(job.plan));
    if (text === undefined || sha256(text) !== job.plan)
      throw new KinemacolorError(
        'source',
        `Expected the plan of a job at ${address}; is ${files.address} the coordinator's folder?`,
      );
    const plan = await planHere(mappedPlan(parsePlan(text, address), folders), { cache, onProgress });
    held.open = { sha256: job.plan, segments: job.segments, plan, context: await openRenderContext(plan), shots };
    return held.open;
  };
  return {
    async render(request, onProgress) {
      const { job, machine } = request;
      const started = performance.now();
      const { plan, context, shots } = await opened(request, onProgress);
      if (job.shot >= plan.shots.length || shotFingerprint(plan, job.shot, context.engine) !== job.fingerprint)
        throw new KinemacolorError(
          'environment',
          `This machine would render another shot ${job.shot} than the coordinator wants: program, ffmpeg, encoder, model or device differ.`,
        );
      const [shot] = await renderPlan(plan, context, shots.store, { onProgress, order: [job.shot], machine });
      await withdrawLate(shots, job);
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
async function withdrawLate({ files }: OpenSegments, { plan, fingerprint }: ShotJob): Promise<void> {
  if (await files.has(planName(plan))) return;
  await files.remove(namesOfShot(fingerprint));
  throw new KinemacolorError(
    'source',
    `The plan of a job is no longer in ${files.address}: the film was joined or given up while its shot was rendered.`,
  );
}
