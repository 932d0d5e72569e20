import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { assertListed } from '../../adapters/object-store/bucket-files.ts';
import { isS3Address } from '../../adapters/object-store/s3-address.ts';
import { eitherOf, handledLater, unlessAborted, untilAborted, within } from '../../pending.ts';
import { connectFarm } from '../queue/connect-farm.ts';
import { USUAL_TIMES } from '../queue/farm-times.ts';
import { machineFacts } from './machine-class.ts';
import { openRenderProcess, type RenderProgram } from './render-process.ts';
import { openShotWork, type ShotWorkOptions } from './shot-work.ts';

/** Options of `workFarm`. */
export interface WorkOptions extends Pick<ShotWorkOptions, 'folders' | 'cache' | 'settings' | 'onProgress'> {
  readonly renderer: RenderProgram;
  /** Seconds of silence after which the shot in hand goes to another worker: see `FarmTimes`. */
  readonly lease?: number | undefined;
  /** Gives the shot in hand back at once and ends. */
  readonly signal: AbortSignal;
  /** Finishes the shot in hand and ends. */
  readonly stopAfterShot: AbortSignal;
}

/** Milliseconds between two statements of a worker about itself. */
const STATEMENT_INTERVAL = 5_000;
/**
 * Milliseconds for settling the last shot in the queue and leaving the board. Without them another worker looks at that shot
 * after the lease.
 */
const SETTLE_TIMEOUT = 5_000;

/**
 * Take shots of films that are planned for this machine's class, or with `--mix` for its build, one at a time, until a signal
 * fires. Where another machine finished a shot with other bytes, this one renders its golden segment again: it goes on where that
 * is as before, else throws `conflict`. Throws `network` or `environment` where a place in S3 of its folders cannot be reached.
 */
export async function workFarm(redis: string, options: WorkOptions): Promise<void> {
  const { settings, signal, stopAfterShot, onProgress } = options;
  const stop = eitherOf(signal, stopAfterShot);
  const farm = await connectFarm(redis);
  const rendering = openRenderProcess(options.renderer);
  const [id, name] = [randomUUID(), `${hostname()}-${process.pid}`];
  try {
    for (const { here } of options.folders) if (isS3Address(here)) await unlessAborted(stop, assertListed(here));
    const facts = await machineFacts(settings, stop);
    const work = openShotWork({ ...options, name, facts, board: farm.board, rendering });
    const lease = 1000 * (options.lease ?? USUAL_TIMES.lease);
    const taker = farm.take([facts.machineClass, facts.build], { name, lease, process: work.process });
    const state = () => farm.board.state('worker', id, work.statement()).catch(() => undefined);
    await unlessAborted(stop, state());
    onProgress({ type: 'farm-worker', name, machineClass: facts.machineClass });
    const timer = setInterval(state, STATEMENT_INTERVAL);
    taker.run();
    await untilAborted(eitherOf(stop, work.untrusted));
    const closed = handledLater(taker.close());
    await work.idle();
    clearInterval(timer);
    await within(SETTLE_TIMEOUT, Promise.allSettled([closed, farm.board.withdraw('worker', id)]));
    if (work.untrusted.aborted) throw work.untrusted.reason;
  } finally {
    await rendering.close();
    await farm.close();
  }
}
