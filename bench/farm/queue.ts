import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { startRedis } from '../../harness/redis-server.ts';
import { connectFarm } from '../../src/farm/queue/connect-farm.ts';
import type { ShotJob } from '../../src/farm/queue/shot-job.ts';
import { wholeNumber } from '../arguments.ts';
import { millisecondsOf } from '../times.ts';

/**
 * What a farm's queue alone costs: node dist/bench/farm/queue.js [--shots 2000]
 * Bytes and commands of Redis (with those inside scripts) for a shot that is queued, and for one that a worker takes and finishes
 * without rendering. Needs redis-server and openssl.
 */
const { values } = parseArgs({ options: { shots: { type: 'string', default: '2000' } } });
const shots = wholeNumber(values, 'shots');
const [PLAN, MACHINES] = ['b'.repeat(64), 'c'.repeat(16)];

const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-queue-'));
const redis = await startRedis(folder);
const administrator = new Redis(redis.url);
const farm = await connectFarm(redis.url);
const usage = async () => {
  const text = await administrator.info();
  const [bytes, commands] = ['used_memory', 'total_commands_processed'].map(name =>
    Number(text.split(`\n${name}:`)[1]!.split('\r')[0]),
  );
  return { bytes: bytes!, commands: commands! };
};
try {
  const jobs = Array.from({ length: shots }, (_, shot): ShotJob => {
    const fingerprint = shot.toString(16).padStart(8, '0').padEnd(64, '0');
    return { version: 1, plan: PLAN, shot, frames: 120, fingerprint, segments: '/mnt/film/shots' };
  });
  const rounds = farm.rounds(PLAN, MACHINES);
  const empty = await usage();
  const queueing = await millisecondsOf(() => rounds.begin(jobs));
  const queued = await usage();
  const working = await millisecondsOf(
    () =>
      new Promise<void>(resolve => {
        const done = { shots: 0 };
        const process = async () => {
          done.shots++;
          if (done.shots === shots) resolve();
          return { worker: 'host-1234', frames: 120, seconds: 2.5, reused: false };
        };
        farm.take([MACHINES], { name: 'worker', lease: 120_000, process }).run();
      }),
  );
  const worked = await usage();
  const each = (value: number) => (value / shots).toFixed(1);
  console.log(
    `queued: ${each(queued.bytes - empty.bytes)} bytes, ${each(queued.commands - empty.commands)} commands, ${each(queueing)} ms a shot`,
  );
  console.log(`taken and finished: ${each(worked.commands - queued.commands)} commands, ${each(working)} ms a shot`);
} finally {
  administrator.disconnect();
  await farm.close();
  await redis.kill();
  await rm(folder, { recursive: true, force: true });
}
