import type { OutputPlace } from '../../adapters/files/output-guard.ts';
import type { Plan } from '../../media/plan/plan.ts';
import type { OnProgress, ProgressEvent } from '../../progress.ts';
import type { RenderContext } from '../run/render-context.ts';
import { assembleFilm } from './assemble-film.ts';
import { finishedShots, type RenderedShot, totalsOf } from './finished-shot.ts';
import { type RenderPlanOptions, renderPlan } from './render-plan.ts';
import type { SegmentFolder } from './segment-folder.ts';

/** What to do with shots that are not finished before the film is assembled. */
export type MissingShots = 'render' | 'refuse';

export interface RenderAndAssembleOptions extends Omit<RenderPlanOptions, 'output'> {
  readonly missing: MissingShots;
  readonly onProgress: OnProgress;
  /** When the work began, by `performance.now()`. */
  readonly started: number;
  /** Fingerprint of the run, for the film's comment. */
  readonly run?: string | undefined;
}

/** A finished film: its shots in order, and the event that says so, for the caller to pass on. */
export interface FinishedFilm {
  readonly shots: readonly RenderedShot[];
  readonly done: Extract<ProgressEvent, { type: 'done' }>;
}

/**
 * Render the shots of a plan that the store does not hold yet, then assemble the film. Throws as `renderPlan`, `finishedShots` and
 * `assembleFilm` do.
 */
export async function renderAndAssemble(
  plan: Plan,
  place: OutputPlace,
  { context, store }: { readonly context: RenderContext; readonly store: SegmentFolder },
  options: RenderAndAssembleOptions,
): Promise<FinishedFilm> {
  const { signal, onProgress, started, run } = options;
  const { path } = place;
  const shots =
    options.missing === 'refuse'
      ? await finishedShots(plan, context, store, onProgress)
      : await renderPlan(plan, context, store, { ...options, output: path });
  onProgress({ type: 'assemble', path });
  for (const message of await assembleFilm(plan, shots, place, context, store, { signal, run }))
    onProgress({ type: 'warning', message });
  return { shots, done: { type: 'done', path, ...totalsOf(shots, started) } };
}
