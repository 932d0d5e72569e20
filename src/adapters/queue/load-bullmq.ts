import { KinemacolorError } from '../../errors.ts';

/** BullMQ and its Redis client. */
export interface QueuePackages {
  readonly bullmq: typeof import('bullmq');
  readonly Redis: typeof import('ioredis').Redis;
}

/** Load the packages of a farm's queue, which are optional. Throws `environment` where they are not installed. */
export async function loadQueuePackages(): Promise<QueuePackages> {
  try {
    const [bullmq, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { bullmq, Redis };
  } catch (cause) {
    throw new KinemacolorError(
      'environment',
      'A farm needs BullMQ and ioredis, which are not installed; install them beside kinemacolor: npm install --global bullmq@6 ioredis@5.',
      { cause },
    );
  }
}

/** What a farm is watched with: metrics for Prometheus and the dashboard of BullMQ's queues. */
export interface WatchPackages {
  readonly prometheus: typeof import('prom-client');
  readonly board: typeof import('@bull-board/api');
  readonly BullMQAdapter: typeof import('@bull-board/api/bullMQAdapter').BullMQAdapter;
  readonly HonoAdapter: typeof import('@bull-board/hono').HonoAdapter;
}

/** Load the packages that watch a farm, which are optional. Throws `environment` where they are not installed. */
export async function loadWatchPackages(): Promise<WatchPackages> {
  try {
    const [{ default: prometheus }, board, { BullMQAdapter }, { HonoAdapter }] = await Promise.all([
      import('prom-client'),
      import('@bull-board/api'),
      import('@bull-board/api/bullMQAdapter'),
      import('@bull-board/hono'),
    ]);
    return { prometheus, board, BullMQAdapter, HonoAdapter };
  } catch (cause) {
    throw new KinemacolorError(
      'environment',
      'Watching a farm needs prom-client and bull-board, which are not installed; install them beside kinemacolor: npm install --global prom-client@15 @bull-board/api@9 @bull-board/hono@9.',
      { cause },
    );
  }
}
