import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { KinemacolorError } from '../../errors.ts';

/** Serve on this machine alone (127.0.0.1). `port`: 0 takes a free one. Throws `usage` where it is taken. */
export function listenHere(fetch: Parameters<typeof serve>[0]['fetch'], port: number) {
  return new Promise<{ server: ReturnType<typeof serve>; port: number }>((resolve, reject) => {
    const server = serve({ fetch, port, hostname: '127.0.0.1' }, (info: AddressInfo) => resolve({ server, port: info.port }));
    server.once('error', cause =>
      reject(
        new KinemacolorError('usage', `Port ${port} cannot be used (${(cause as NodeJS.ErrnoException).code}); choose another.`, {
          cause,
        }),
      ),
    );
  });
}
