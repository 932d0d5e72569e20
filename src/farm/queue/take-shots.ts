import type { Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { KinemacolorError } from '../../errors.ts';
import type { ShotJob } from './shot-job.ts';

/** What a worker can do about the shot in its hand. */
export interface ShotTools {
  /** Fires when the lease is lost: the shot may be another worker's by now. */
  readonly lost: AbortSignal;
  /** Workers on which the shot failed. */
  readonly tried: readonly string[];
  /** Put it back for any worker, at once. */
  giveBack(): Promise<never>;
  /** Put it back for so many milliseconds, for a worker that is free meanwhile. */
  leave(milliseconds: number): Promise<never>;
  /** Add this worker to those on which the shot failed. */
  failedHere(): Promise<void>;
}

export type ShotProcessor = (job: ShotJob, tools: ShotTools) => Promise<object>;

/** Takes shots from queues, one at a time, until it is closed. */
export interface ShotTaker {
  run(): void;
  /** Takes no more shots and resolves when the one in hand is settled in the queue; with Redis away only when it is back. */
  close(): Promise<void>;
}

/** Starts of a shot whose workers were all killed before it fails. */
const MAX_STALLED = 2;

/** Failures that another attempt would meet again. */
const NOT_HEALING = new Set(['usage', 'source', 'reference', 'model', 'environment', 'conflict', 'internal']);

const progressSchema = z.object({ tried: z.array(z.string()) }).catch({ tried: [] });

/** `lease`: in milliseconds. */
export function takeShots(
  bullmq: typeof import('bullmq'),
  queues: readonly string[],
  { redis, prefix, name, lease, process }: { redis: Redis; prefix: string; name: string; lease: number; process: ShotProcessor },
): ShotTaker {
  const options = {
    connection: redis,
    prefix,
    name,
    concurrency: 1,
    lockDuration: lease,
    lockRenewTime: lease / 4,
    stalledInterval: lease / 4,
    maxStalledCount: MAX_STALLED,
    removeOnComplete: { count: 0 },
    autorun: false,
  };
  const inHand: { lease?: AbortController | undefined } = {};
  const toolsOf = (job: Job<ShotJob>, token: string | undefined, lost: AbortSignal): ShotTools => {
    const { tried } = progressSchema.parse(job.progress);
    return {
      lost,
      tried,
      async giveBack() {
        await job.moveToWait(token);
        throw new bullmq.WaitingError();
      },
      async leave(milliseconds) {
        await job.moveToDelayed(Date.now() + milliseconds, token);
        throw new bullmq.DelayedError();
      },
      failedHere: () => job.updateProgress({ tried: [...new Set([...tried, name])] }),
    };
  };
  const settle = async (job: Job<ShotJob>, token: string | undefined, taken: Worker<ShotJob>) => {
    if (inHand.lease) {
      // Both queues had a shot in the same instant.
      await taken.pause(true);
      return toolsOf(job, token, inHand.lease.signal).giveBack();
    }
    const others = workers.filter(other => other !== taken);
    inHand.lease = new AbortController();
    try {
      for (const other of others) await other.pause(true);
      return await process(job.data, toolsOf(job, token, inHand.lease.signal));
    } catch (cause) {
      if (cause instanceof KinemacolorError && NOT_HEALING.has(cause.kind)) throw new bullmq.UnrecoverableError(cause.message);
      throw cause;
    } finally {
      inHand.lease = undefined;
      for (const other of others) void other.resume();
    }
  };
  const workers = queues.map(queue => {
    const worker: Worker<ShotJob> = new bullmq.Worker(queue, (job, token) => settle(job, token, worker), options);
    worker.on('error', () => undefined); // it connects again by itself; a shot whose lease is lost is another worker's
    worker.on('lockRenewalFailed', () => inHand.lease?.abort());
    return worker;
  });
  return {
    run() {
      for (const worker of workers) worker.run().catch(() => undefined); // ended by `close`
    },
    async close() {
      await Promise.all(workers.map(worker => worker.close()));
    },
  };
}
