import type { Colorizer } from '../../adapters/colorizer/colorizer.ts';
import { openModels } from '../../adapters/colorizer/colorizer-blend.ts';
import { type ChosenModels, chooseModels } from '../../adapters/models/model-store.ts';
import type { AppliedGrade } from '../../kernels/color/grade-chroma.ts';
import type { PaletteName, Settings } from '../../options.ts';
import type { OnProgress } from '../../progress.ts';
import { openStageThreads, type StageThreads } from '../../stages/threads/stage-threads.ts';
import { threadCount } from '../run/budget.ts';
import { appliedGrade, gradeOfSettings } from '../run/read-look.ts';
import { programVersion } from '../run/render-context.ts';

/** What gives the chroma: an open model, or a blend of several; or a palette, for which no model is opened. */
export type StillColoring =
  | { readonly kind: 'model'; readonly model: Pick<ChosenModels, 'id' | 'sha256' | 'contract'>; readonly colorizer: Colorizer }
  | { readonly kind: 'palette'; readonly palette: PaletteName };

/** Everything needed to colour pictures, opened once for all: at most one model session and one set of worker threads. */
export interface StillContext {
  readonly coloring: StillColoring;
  readonly threads: StageThreads;
  readonly grade: AppliedGrade | undefined;
  /** What is shown of the luma, as settings give it. */
  readonly window: Settings['window'];
  /** This program's version. */
  readonly version: string;
  close(): Promise<void>;
}

/**
 * Open the worker threads and, unless a palette colours, the model. Throws `model` or `environment` where the model or its device is
 * missing, `usage` for the file of a look.
 */
export async function openStillContext(
  settings: Settings,
  options: { workers?: number | undefined; onProgress?: OnProgress | undefined } = {},
): Promise<StillContext> {
  const count = threadCount(options.workers);
  const grade = await appliedGrade(await gradeOfSettings(settings));
  const coloring = await openColoring(settings, options.onProgress);
  const threads = openStageThreads(count);
  return {
    coloring,
    threads,
    grade,
    window: settings.window,
    version: await programVersion(),
    async close() {
      await Promise.all([threads.close(), coloring.kind === 'model' && coloring.colorizer.close()]);
    },
  };
}

async function openColoring({ model: name, device, palette }: Settings, onProgress?: OnProgress): Promise<StillColoring> {
  const model = await chooseModels(name); // refused where it is none, as for films, whether it is used or not
  if (palette !== undefined) return { kind: 'palette', palette };
  const colorizer = await openModels(model.models, { device });
  onProgress?.({ type: 'device', device: colorizer.device, model: model.id, note: colorizer.note });
  return { kind: 'model', model, colorizer };
}
