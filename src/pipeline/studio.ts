import { resolveModel } from '../adapters/model-store.ts';
import { type Colorizer, openColorizer } from '../adapters/onnx.ts';
import { openThreads, type Threads } from '../adapters/threads.ts';
import type { Settings } from '../options.ts';
import type { OnProgress } from '../progress.ts';
import { threadCount } from './budget.ts';
import { programVersion } from './composition.ts';

/** Everything that colouring stills needs, opened once for all of them: the same model session and the same worker threads. */
export interface Studio {
  readonly colorizer: Colorizer;
  readonly threads: Threads;
  /** This program's version. */
  readonly version: string;
  close(): Promise<void>;
}

/** Open the model and the worker threads. Throws `model` or `environment` where the model or its device is not there. */
export async function openStudio(
  settings: Settings,
  options: { workers?: number | undefined; onProgress?: OnProgress | undefined } = {},
): Promise<Studio> {
  const count = threadCount(options.workers);
  const { card, path } = await resolveModel(settings.model);
  const colorizer = await openColorizer({ card, path, device: settings.device });
  options.onProgress?.({ type: 'device', device: colorizer.device, model: card.id, note: colorizer.note });
  const threads = openThreads(new URL('../stages/stage-worker.js', import.meta.url), count);
  return {
    colorizer,
    threads,
    version: await programVersion(),
    async close() {
      await Promise.all([threads.close(), colorizer.close()]);
    },
  };
}
