import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { needs } from '../../../harness/needed-program.ts';
import { type RedisServer, startRedis } from '../../../harness/redis-server.ts';
import type { KinemacolorError } from '../../../src/errors.ts';
import { connectFarm, type FarmConnection } from '../../../src/farm/queue/connect-farm.ts';
import { claimFilm } from '../../../src/farm/queue/film-claim.ts';
import type { RoundState } from '../../../src/farm/queue/film-rounds.ts';
import type { ShotJob } from '../../../src/farm/queue/shot-job.ts';
import { temporaryFolder } from '../../fixtures/films.ts';

const PLAN = 'b'.repeat(64);
const [CLASS, BUILD] = ['c'.repeat(16), 'd'.repeat(16)];
const JOBS = [2, 0, 1].map((shot): ShotJob => {
  return { version: 1, plan: PLAN, shot, frames: 10, fingerprint: String(shot).repeat(64), segments: '/film/shots' };
});

describe('rounds of a film', () => {
  let redis: RedisServer;
  let farm: FarmConnection;
  let remove = async () => {};

  before(async function () {
    for (const program of ['redis-server', 'openssl']) await needs(this, program);
    const folder = await temporaryFolder();
    remove = folder.remove;
    redis = await startRedis(folder.path);
    farm = await connectFarm(redis.url);
  });
  after(async () => {
    await farm?.close();
    await redis?.kill();
    await remove();
  });

  const rounds = () => farm.rounds(PLAN, CLASS);
  const reach = async (round: number, state: RoundState) => {
    while ((await rounds().state(round)) !== state) await wait(20);
  };
  /** Takes shots of both queues until so many were taken; those that `fails` names fail for good. */
  const takeSome = async (count: number, fails: readonly number[]) => {
    const taken: number[] = [];
    const most = { atOnce: 0, inHand: 0 };
    const taker = farm.take([CLASS, BUILD], {
      name: 'worker',
      lease: 10_000,
      async process({ shot }, { tried, failedHere }) {
        most.inHand++;
        most.atOnce = Math.max(most.atOnce, most.inHand);
        await wait(5);
        most.inHand--;
        taken.push(shot);
        if (!fails.includes(shot)) return {};
        assert.deepEqual(tried, tried.length === 0 ? [] : ['worker']);
        await failedHere();
        throw new Error('it is poisoned');
      },
    });
    taker.run();
    while (taken.length < count) await wait(20);
    await taker.close();
    assert.equal(most.atOnce, 1);
    return taken;
  };

  it('one is over when each shot is finished or has failed three times; shots come in their order', async () => {
    assert.equal(await rounds().running(), undefined);
    assert.equal(await rounds().begin(JOBS), 1);
    assert.equal(await rounds().running(), 1);
    const taken = await takeSome(JOBS.length + 2, [0]);
    assert.deepEqual(taken.slice(0, JOBS.length), [2, 0, 1]);
    assert.equal(taken.filter(shot => shot === 0).length, 3);
    await reach(1, 'over');
    assert.deepEqual([...(await rounds().failures(1, JOBS))], [[0, 'it is poisoned']]);
  });

  it('one that its coordinator left when it was over is removed by the next coordinator', async () => {
    assert.equal(await rounds().running(), undefined);
    assert.equal(await rounds().state(1), 'gone');
  });

  it('the next one has the same shots anew, though the queue still has those that failed', async () => {
    assert.equal(await rounds().begin(JOBS), 2);
    assert.deepEqual((await takeSome(JOBS.length, [])).sort(), [0, 1, 2]);
    await reach(2, 'over');
    assert.equal((await rounds().failures(2, JOBS)).size, 0);
    await rounds().end(2);
    assert.equal(await rounds().state(2), 'gone');
  });

  it('one for other machines is not gone on with, and its shots wait no longer', async () => {
    const before = await rounds().begin(JOBS);
    const others = farm.rounds(PLAN, BUILD);
    assert.deepEqual([await rounds().running(), await others.running()], [before, undefined]);
    await others.begin(JOBS);
    assert.equal(await farm.shots(CLASS).getWaitingCount(), 0);
    assert.deepEqual((await takeSome(JOBS.length, [])).sort(), [0, 1, 2]);
  });

  it('belong to one coordinator, which learns that another took its film over; a claim of another version is respected', async () => {
    const [key, client] = ['kinemacolor:coordinator:film', new Redis(redis.url)];
    const claim = await claimFilm(client, key, 0.05);
    const other = JSON.stringify({ ...JSON.parse((await client.get(key))!), token: 'other' });
    await client.set(key, other);
    const lost = await new Promise<KinemacolorError>(resolve => {
      claim.lost.addEventListener('abort', () => resolve(claim.lost.reason), { once: true });
    });
    assert.equal(lost.kind, 'usage');
    assert.match(lost.message, /^Another coordinator \(process \d+ on .*\) took this film over while this one stood still/);
    await claim.release();
    assert.equal(await client.get(key), other);
    for (const unknown of ['{"coordinator":1}', 'coordinator 1']) {
      await client.set(key, unknown);
      await assert.rejects(claimFilm(client, key), {
        kind: 'usage',
        message: /^Another coordinator, of another version of Kinemacolor, serves this film/,
      });
    }
    await client.del(key);
    client.disconnect();
  });

  it('belong to one coordinator: another one is refused until it is released; that of an ended process is taken over', async () => {
    const [key, other] = ['kinemacolor:coordinator:film', await connectFarm(redis.url)];
    const claim = await farm.claim('film');
    await assert.rejects(
      other.claim('film'),
      ({ kind, message }: KinemacolorError) =>
        kind === 'usage' && message.startsWith(`Another coordinator (process ${process.pid} on `),
    );
    await claim.release();
    const again = await other.claim('film');
    await claim.release(); // of a claim that is no longer its own
    const client = new Redis(redis.url);
    const holder = JSON.parse((await client.get(key))!);
    await client.set(key, JSON.stringify({ ...holder, pid: 2 ** 30 }));
    await (await farm.claim('film')).release();
    assert.equal(await client.exists(key), 0);
    await again.release();
    client.disconnect();
    await other.close();
  });

  it('a worker of two queues takes one shot at a time', async () => {
    await rounds().begin(JOBS);
    await farm.rounds('e'.repeat(64), BUILD).begin(JOBS.map(job => ({ ...job, plan: 'e'.repeat(64) })));
    assert.deepEqual((await takeSome(2 * JOBS.length, [])).sort(), [0, 0, 1, 1, 2, 2]);
  });
});
