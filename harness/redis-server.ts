import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

/** A real redis-server on a free port of this machine, whose data lie in `folder`. */
export interface RedisServer {
  readonly url: string;
  /** kill -9. */
  kill(): Promise<void>;
  /** Start it again on the same port: with the data that it wrote, or empty. */
  restart(data: 'kept' | 'empty'): Promise<void>;
}

export async function startRedis(folder: string): Promise<RedisServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const start = async (appends: boolean): Promise<ChildProcess> => {
    const names = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    const child = spawn('redis-server', [...names, '--appendonly', appends ? 'yes' : 'no'], { stdio: 'ignore' });
    const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    client.on('error', () => undefined);
    await client.ping();
    client.disconnect();
    return child;
  };
  const state = { child: await start(true) };
  return {
    url,
    async kill() {
      state.child.kill('SIGKILL');
      await once(state.child, 'exit');
    },
    async restart(data) {
      await wait(50);
      state.child = await start(data === 'kept');
    },
  };
}
