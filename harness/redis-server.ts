import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

/** What docs/farm.md gives a farm's user: its own keys alone. */
const FARM_USER = 'farm on >secret ~kinemacolor:* &kinemacolor:* +@all -@admin -@dangerous +info';

/** A real redis-server on free ports of this machine, whose data lie in `folder`. */
export interface RedisServer {
  /** Its administrator's address, without TLS. */
  readonly url: string;
  /** The address of a user who is limited to a farm's keys, over TLS. */
  readonly farmUrl: string;
  /** For the environment of who takes `farmUrl`: the certificate to trust. */
  readonly env: Readonly<Record<string, string>>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Start it again on the same ports: with the data that it wrote, or empty. */
  restart(data: 'kept' | 'empty'): Promise<void>;
}

/** Needs redis-server and openssl. */
export async function startRedis(folder: string): Promise<RedisServer> {
  const [port, tlsPort] = [await freePort(), await freePort()];
  const [key, certificate] = [join(folder, 'redis-key.pem'), join(folder, 'redis.pem')];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await promisify(execFile)('openssl', ['req', '-x509', ...curve, ...name, '-keyout', key, '-out', certificate]);
  const url = `redis://127.0.0.1:${port}`;
  const plain = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const tls = ['--tls-port', String(tlsPort), '--tls-cert-file', certificate, '--tls-key-file', key];
  const access = ['--tls-ca-cert-file', certificate, '--tls-auth-clients', 'no', '--user', ...FARM_USER.split(' ')];
  const start = async (appends: boolean): Promise<ChildProcess> => {
    const args = [...plain, ...tls, ...access, '--appendonly', appends ? 'yes' : 'no'];
    const child = spawn('redis-server', args, { stdio: 'ignore' });
    const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    client.on('error', () => undefined);
    await client.ping();
    client.disconnect();
    return child;
  };
  const state = { child: await start(true) };
  return {
    url,
    farmUrl: `rediss://farm:secret@localhost:${tlsPort}`,
    env: { NODE_EXTRA_CA_CERTS: certificate },
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
