import { KinemacolorError } from '../../errors.ts';
import { type Plan, shotFingerprint } from '../../media/plan/plan.ts';
import { formatRanges } from '../../media/plan/shot-ranges.ts';
import type { OnProgress } from '../../progress.ts';
import type { RenderContext } from '../run/render-context.ts';
import type { ShotReport } from '../run/shot-report.ts';
import type { SegmentFolder } from './segment-folder.ts';

/** A shot that is finished; `reused`: before this run. */
export type RenderedShot = ShotReport & { readonly reused: boolean };

/** A shot that is finished already, with its number and times in this plan; undefined where it is to be rendered. */
export async function finishedShot(
  plan: Plan,
  number: number,
  context: RenderContext,
  store: SegmentFolder,
): Promise<RenderedShot | undefined> {
  const { start, end, kind, startTicks, endTicks } = plan.shots[number]!;
  const before = await store.finished(shotFingerprint(plan, number, context.engine));
  if (before?.frames !== end - start) return undefined;
  return { ...before, shot: number, start, end, kind, startTicks, endTicks, reused: true };
}

/** Pass on that a shot was finished before. */
export function reportReuse({ shot, frames, warnings }: RenderedShot, onProgress: OnProgress | undefined): void {
  for (const message of warnings) onProgress?.({ type: 'warning', message });
  onProgress?.({ type: 'shot-done', shot, reused: true, frames });
}

/** What an event says of finished shots. `started`: when the work on them began, by `performance.now()`. */
export function totalsOf(shots: readonly RenderedShot[], started: number) {
  const frames = shots.reduce((sum, shot) => sum + shot.frames, 0);
  const reused = shots.filter(shot => shot.reused).length;
  return { frames, shots: shots.length, reused, seconds: (performance.now() - started) / 1000 };
}

/** All shots of a plan, in order. Throws `incomplete` where some are not finished, and names them. */
export async function finishedShots(
  plan: Plan,
  context: RenderContext,
  store: SegmentFolder,
  onProgress?: OnProgress,
): Promise<RenderedShot[]> {
  const found = await Promise.all(plan.shots.map((_, number) => finishedShot(plan, number, context, store)));
  const missing = [...plan.shots.keys()].filter(number => !found[number]);
  if (missing.length > 0)
    throw new KinemacolorError(
      'incomplete',
      `${missing.length} of ${plan.shots.length} shots are not finished in ${store.address}: ${formatRanges(missing)}; render them with "kinemacolor render-shot", with the same program, ffmpeg and device as here.`,
      { place: { stage: 'assemble', shot: missing[0]! } },
    );
  const shots = found as RenderedShot[];
  for (const shot of shots) reportReuse(shot, onProgress);
  return shots;
}
