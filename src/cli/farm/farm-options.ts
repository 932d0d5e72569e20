import type { Options } from 'yargs';

/** The queue, also by the environment, so that its password is in no list of processes. */
export const REDIS = {
  redis: {
    type: 'string',
    requiresArg: true,
    default: process.env.KINEMACOLOR_REDIS ?? 'redis://127.0.0.1:6379',
    defaultDescription: 'KINEMACOLOR_REDIS, else redis://127.0.0.1:6379',
    describe: 'Redis or Valkey: redis://HOST:6379, rediss:// with TLS',
  },
} as const satisfies Record<string, Options>;
