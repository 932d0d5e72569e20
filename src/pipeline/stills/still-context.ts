import type { Colorizer } from '../../adapters/colorizer/colorizer.ts';
import { openModels } from '../../adapters/colorizer/colorizer-blend.ts';
import { type ChosenModels, chooseModels } from '../../adapters/models/model-store.ts';
import type { Settings } from '../../options.ts';
import type { OnProgress } from '../../progress.ts';
import { openStageThreads, type StageThreads } from '../../stages/threads/stage-threads.ts';
import { threadCount } from '../run/budget.ts';
import { programVersion } from '../run/render-context.ts';

/** Everything needed to colour pictures, opened once for all: one model session and one set of worker threads. */
export interface StillContext {
  /** Identifies the model, or the blend of several. */
  readonly model: Pick<ChosenModels, 'id' | 'sha256' | 'contract'>;
  readonly colorizer: Colorizer;
  readonly threads: StageThreads;
  /** This program's version. */
  readonly version: string;
  close(): Promise<void>;
}

/** Open the model and the worker threads. Throws `model` or `environment` where the model or its device is missing. */
export async function openStillContext(
  settings: Settings,
  options: { workers?: number | undefined; onProgress?: OnProgress | undefined } = {},
): Promise<StillContext> {
  const count = threadCount(options.workers);
  const model = await chooseModels(settings.model);
  const colorizer = await openModels(model.models, { device: settings.device });
  options.onProgress?.({ type: 'device', device: colorizer.device, model: model.id, note: colorizer.note });
  const threads = openStageThreads(count);
  return {
    model,
    colorizer,
    threads,
    version: await programVersion(),
    async close() {
      await Promise.all([threads.close(), colorizer.close()]);
    },
  };
}
