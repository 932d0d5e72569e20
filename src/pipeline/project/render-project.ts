import { contentState } from '../../adapters/files/file-facts.ts';
import { lockFolder } from '../../adapters/files/lock.ts';
import type { Existing } from '../../adapters/files/output-guard.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Plan } from '../../media/plan/plan.ts';
import type { OnProgress, ProgressEvent } from '../../progress.ts';
import { openShotDecoder } from '../../stages/decode/shot-decoder.ts';
import { folderBeside, type Journal } from '../film/journal.ts';
import { renderAndAssemble } from '../film/render-and-assemble.ts';
import { renderPlan } from '../film/render-plan.ts';
import { guardFilmOf } from '../run/guard-film.ts';
import type { RenderContext } from '../run/render-context.ts';
import type { FinishedShots, WrittenFilm } from './finished-shots.ts';

export interface RenderProjectOptions {
  readonly output: string;
  readonly existing?: Existing | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** These first. */
  readonly touched: readonly number[];
  /** `touched`: those alone, and the film where every shot is finished then. */
  readonly scope: 'touched' | 'film';
  /** The film as it was last written. */
  readonly written: WrittenFilm | undefined;
}

interface Tools {
  readonly context: RenderContext;
  readonly journal: Journal;
  readonly finished: FinishedShots;
}

/** Render a project's stale shots and join the film. Returns the film as it is written now, and `done` where this wrote it. */
export async function renderProject(
  plan: Plan,
  tools: Tools,
  options: RenderProjectOptions,
): Promise<{ readonly written: WrittenFilm | undefined; readonly done: ProgressEvent | undefined }> {
  const started = performance.now();
  const { context, journal, finished } = tools;
  const { signal, scope, touched, onProgress } = options;
  // Whoever else writes this film ("colorize", "render") takes the same lock.
  const lock = await lockFolder(folderBeside(options.output), {
    doing: `is writing ${options.output}`,
    remedy: 'wait for it and render again',
  });
  const decoder = openShotDecoder(context.film, context.ffmpeg, signal); // a render that is stopped leaves its decoder in mid-film
  try {
    const place = await guardFilmOf(plan, options.output, { ffmpeg: context.ffmpeg, existing: options.existing });
    const own = { context: { ...context, decoder }, store: journal };
    const all = [...plan.shots.keys()];
    if (scope === 'touched') {
      await renderPlan(plan, own.context, journal, { signal, onProgress, output: place.path, order: touched });
      if (!(await allFinished(plan, finished)) || (await isCurrent(options.written, finished.whole(plan), place.path)))
        return { written: options.written, done: undefined };
    }
    const first = new Set(touched);
    const order = [...touched, ...all.filter(number => !first.has(number))];
    const { done } = await renderAndAssemble(plan, place, own, { missing: 'render', signal, onProgress, started, order });
    const state = (await contentState(place.path)) ?? 'gone';
    return { written: { made: finished.whole(plan), path: place.path, state }, done };
  } catch (cause) {
    if (cause instanceof KinemacolorError && cause.kind === 'interrupted')
      throw new KinemacolorError('interrupted', 'The render was stopped; what is finished is kept.', { cause });
    throw cause;
  } finally {
    await decoder.close();
    await lock.release();
  }
}

async function allFinished(plan: Plan, finished: FinishedShots): Promise<boolean> {
  for (const number of plan.shots.keys()) if (!(await finished.report(finished.planned(plan, number)))) return false;
  return true;
}

/** Is the film at this path the one that was written of these shots, as it was written? */
export async function isCurrent(written: WrittenFilm | undefined, made: string, path: string): Promise<boolean> {
  return written?.made === made && written.path === path && (await isThere(written));
}

/** Does the film still lie where it was written, as it was? */
export async function isThere({ path, state }: WrittenFilm): Promise<boolean> {
  return (await contentState(path)) === state;
}
