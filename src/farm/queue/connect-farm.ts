import type { Queue, Worker } from 'bullmq';
import { loadQueuePackages } from '../../adapters/queue/load-bullmq.ts';
import { KinemacolorError } from '../../errors.ts';
import { type FarmBoard, openFarmBoard } from './farm-board.ts';
import type { ShotJob } from './shot-job.ts';

/** All keys of a farm start with it: an ACL can limit a user to `~kinemacolor:*`. */
const PREFIX = 'kinemacolor';
const CONNECT_TIMEOUT = 10_000;

/** Times in milliseconds after which a silent worker's shot goes to another one. */
export interface Lease {
  /** A lock that is not renewed for so long is lost. */
  readonly lock: number;
  /** Between two searches for lost locks. */
  readonly check: number;
}
export const USUAL_LEASE: Lease = { lock: 120_000, check: 30_000 };

/** Starts of a shot whose workers were all killed before it fails. */
const MAX_STALLED = 2;

export type ShotProcessor = (job: ShotJob, tools: { readonly lost: AbortSignal; giveBack(): Promise<never> }) => Promise<object>;

/** A farm's queues in Redis or Valkey. */
export interface FarmConnection {
  readonly board: FarmBoard;
  /** The shots for machines of one class. */
  queue(machineClass: string): Queue<ShotJob>;
  /** Take shots of a class, one at a time. */
  worker(machineClass: string, name: string, lease: Lease, process: ShotProcessor): Promise<Worker<ShotJob>>;
  close(): Promise<void>;
}

/** Connect to `redis://` or `rediss://` (TLS). Throws `environment` where nobody answers or the packages are missing. */
export async function connectFarm(url: string): Promise<FarmConnection> {
  const { bullmq, Redis } = await loadQueuePackages();
  checkUrl(url);
  const probe = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: CONNECT_TIMEOUT });
  const failure = { message: '' };
  probe.on('error', (cause: Error) => {
    failure.message = cause.message;
  });
  await probe.connect().then(
    () => probe.quit(),
    cause => {
      const why = failure.message || (cause as Error).message;
      throw new KinemacolorError(
        'environment',
        `Expected Redis at ${hidden(url)}, but it does not answer (${why}); is it running?`,
        { cause },
      );
    },
  );
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined); // it connects again by itself
  const queues = new Map<string, Queue<ShotJob>>();
  const workers: Worker<ShotJob>[] = [];
  const nameOf = (machineClass: string) => `shots-${machineClass}`;
  return {
    board: openFarmBoard(redis, PREFIX),
    queue(machineClass) {
      const found = queues.get(machineClass);
      if (found) return found;
      const queue = new bullmq.Queue<ShotJob>(nameOf(machineClass), { connection: redis, prefix: PREFIX });
      queue.on('error', () => undefined);
      queues.set(machineClass, queue);
      return queue;
    },
    async worker(machineClass, name, lease, process) {
      const options = {
        connection: redis,
        prefix: PREFIX,
        name,
        concurrency: 1,
        lockDuration: lease.lock,
        lockRenewTime: lease.lock / 4,
        stalledInterval: lease.check,
        maxStalledCount: MAX_STALLED,
        removeOnComplete: { count: 0 },
        autorun: false,
      };
      const lost = new Map<string, AbortController>();
      const worker = new bullmq.Worker<ShotJob>(
        nameOf(machineClass),
        async (job, token) => {
          const lease = new AbortController();
          lost.set(job.id!, lease);
          const giveBack = async (): Promise<never> => {
            await job.moveToWait(token);
            throw new bullmq.WaitingError();
          };
          try {
            return await process(job.data, { lost: lease.signal, giveBack });
          } catch (cause) {
            if (cause instanceof KinemacolorError && NOT_HEALING.has(cause.kind))
              throw new bullmq.UnrecoverableError(cause.message);
            throw cause;
          } finally {
            lost.delete(job.id!);
          }
        },
        options,
      );
      worker.on('error', () => undefined);
      worker.on('lockRenewalFailed', (ids: string[]) => {
        for (const id of ids) lost.get(id)?.abort();
      });
      workers.push(worker);
      return worker;
    },
    async close() {
      await Promise.allSettled([...workers, ...queues.values()].map(one => one.close()));
      redis.disconnect();
    },
  };
}

/** Failures that another attempt would meet again. */
const NOT_HEALING = new Set(['usage', 'source', 'reference', 'model', 'environment', 'conflict', 'internal']);

function checkUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol === 'redis:' || protocol === 'rediss:') return;
  throw new KinemacolorError('usage', 'Expected --redis as redis://HOST:6379, or rediss:// with TLS; received something else.');
}

/** Without the password. */
function hidden(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  return parsed.href;
}
