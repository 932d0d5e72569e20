import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'mocha';
import { loadS3 } from '../src/adapters/object-store/load-s3.ts';
import { freePort } from './free-port.ts';
import { needs } from './needed-program.ts';

/** Where .ci/run installs it; else it is on the path. */
const INSTALLED = fileURLToPath(new URL('../../.venv/bin/moto_server', import.meta.url));
const INSTALLING = 'python3 -m venv .venv && .venv/bin/pip install "moto[s3]==5.*" flask flask-cors';

/** Skip a test where there is no moto, but never in CI. */
export async function needsMoto(context: Context): Promise<void> {
  if (!existsSync(INSTALLED)) await needs(context, 'moto_server', INSTALLING);
}

/** moto's server of S3 on a free port of this machine, empty. */
export interface MotoServer {
  readonly origin: string;
  /** Reaches it directly. */
  readonly client: S3Client;
  close(): void;
}

/** For the environment of who uses a server of S3 at an address. */
export const s3Environment = (origin: string) => ({
  AWS_ENDPOINT_URL_S3: origin,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});

export async function startMoto(): Promise<MotoServer> {
  const port = await freePort();
  const args = ['-H', '127.0.0.1', '-p', String(port)];
  const child = spawn(existsSync(INSTALLED) ? INSTALLED : 'moto_server', args, { stdio: 'ignore' });
  const origin = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${origin}/moto-api/`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error(`moto_server ended with ${child.exitCode}`);
    await wait(50);
  }
  const s3 = await loadS3();
  const { AWS_REGION: region } = s3Environment(origin);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return {
    origin,
    client: new s3.S3Client({ endpoint: origin, region, credentials, forcePathStyle: true }),
    close: () => void child.kill('SIGKILL'),
  };
}
