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
