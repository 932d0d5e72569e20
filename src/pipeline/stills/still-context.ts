import type { Colorizer } from '../../adapters/colorizer/colorizer.ts';
import { openModels } from '../../adapters/colorizer/colorizer-blend.ts';
import { type ChosenModels, chooseModels } from '../../adapters/models/model-store.ts';
import type { AppliedGrade } from '../../kernels/color/grade-chroma.ts';
import type { Settings } from '../../options.ts';
import type { OnProgress } from '../../progress.ts';
import { openStageThreads, type StageThreads } from '../../stages/threads/stage-threads.ts';
import { threadCount } from '../run/budget.ts';
import { appliedGrade, gradeOfSettings } from '../run/read-look.ts';
import { programVersion } from '../run/render-context.ts';

/** Everything needed to colour pictures, opened once for all: one model session and one set of worker threads. */
export interface StillContext {
  /** Identifies the model, or the blend of several. */
  readonly model: Pick<ChosenModels, 'id' | 'sha256' | 'contract'>;
  readonly colorizer: Colorizer;
  readonly threads: StageThreads;
  readonly grade: AppliedGrade | undefined;
  /** What is shown of the luma, and the palette that colours by intensity, as settings give them. */
  readonly shown: Pick<Settings, 'window' | 'palette'>;
  /** This program's version. */
  readonly version: string;
  close(): Promise<void>;
}

/** Open the model and the worker threads. Throws `model` or `environment` where the model or its device is
 * missing, `usage` for the file of a look. */
export async function openStillContext(
  settings: Settings,
  options: { workers?: number | undefined; onProgress?: OnProgress | undefined } = {},
): Promise<StillContext> {
  const count = threadCount(options.workers);
  const grade = await appliedGrade(await gradeOfSettings(settings));
  const model = await chooseModels(settings.model);
  const colorizer = await openModels(model.models, { device: settings.device });
  if (settings.palette === undefined)
    options.onProgress?.({ type: 'device', device: colorizer.device, model: model.id, note: colorizer.note });
  const threads = openStageThreads(count);
  return {
    model,
    colorizer,
    threads,
    grade,
    shown: { window: settings.window, palette: settings.palette },
    version: await programVersion(),
    async close() {
      await Promise.all([threads.close(), colorizer.close()]);
    },
  };
}
