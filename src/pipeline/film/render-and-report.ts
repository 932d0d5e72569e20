import type { OutputPlace } from '../../adapters/files/output-guard.ts';
import type { Film } from '../../media/film/film.ts';
import type { Plan } from '../../media/plan/plan.ts';
import type { OnProgress } from '../../progress.ts';
import { chooseEncoding, containerOf } from '../../stages/encode/codecs.ts';
import type { StreamRemarks } from '../../stages/remux/stream-remarks.ts';
import { checkForMxf } from '../plan/even-times.ts';
import { shotsOfPlan } from '../plan/known-shots.ts';
import { planEvent } from '../plan/plan-event.ts';
import { editTimes } from '../plan/shot-lists.ts';
import { colorBar } from '../run/color-bar.ts';
import { openRenderContext, type PreloadedModels, type RenderContext } from '../run/render-context.ts';
import type { RunReport } from '../run/shot-report.ts';
import type { RunOptions } from './before-run.ts';
import { type MissingShots, renderAndAssemble } from './render-and-assemble.ts';
import type { SegmentFolder } from './segment-folder.ts';

/** The report without its warnings, which are complete only at the very end. */
export type FinishedRun = Omit<RunReport, 'warnings'>;

/** Open what the plan needs, render what is to be rendered, assemble the film and report on it. */
export async function renderAndReport(
  plan: Plan,
  place: OutputPlace,
  store: SegmentFolder,
  options: RunOptions & {
    readonly missing: MissingShots;
    readonly onProgress: OnProgress;
    readonly film: Film;
    readonly streams: Promise<StreamRemarks>;
    readonly ahead?: PreloadedModels | undefined;
    readonly run?: string | undefined;
  },
): Promise<FinishedRun> {
  const { onProgress } = options;
  const warn = (message: string) => onProgress({ type: 'warning', message });
  const started = performance.now();
  onProgress(planEvent(plan, undefined));
  const { remarks = [], damage: ofPictures } = plan.source;
  for (const message of ofPictures === undefined ? remarks : [...remarks, ofPictures]) warn(message);
  const context = await openRenderContext(plan, options);
  try {
    const { colorizer } = context;
    if (containerOf(place.path) === 'mxf') checkForMxf(plan, context.film);
    if (colorizer) onProgress({ type: 'device', device: colorizer.device, model: plan.model.id, note: colorizer.note });
    for (const note of encodingNotes(plan, place.path, context)) warn(note);
    const { damage, warnings: left } = await options.streams;
    for (const message of [...damage, ...left]) warn(message);
    const { shots, done } = await renderAndAssemble(plan, place, { context, store }, { ...options, started });
    const { part, given } = shotsOfPlan(plan);
    const { palette } = plan.settings;
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
      ...editTimes(plan, context.film),
      given,
      shots,
      ...(palette !== undefined && { colorBar: colorBar(palette, context.film.format) }),
      busy: Object.fromEntries(context.threads.busy),
    };
    onProgress(done);
    return report;
  } finally {
    await context.close();
  }
}

function encodingNotes(plan: Plan, output: string, { film, ffmpeg }: RenderContext): readonly string[] {
  return chooseEncoding(film, plan.settings, output, ffmpeg).notes;
}
