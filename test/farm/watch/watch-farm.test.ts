import assert from 'node:assert/strict';
import { needs } from '../../../harness/needed-program.ts';
import { type RedisServer, startRedis } from '../../../harness/redis-server.ts';
import { connectFarm, type FarmConnection } from '../../../src/farm/queue/connect-farm.ts';
import type { ShotJob } from '../../../src/farm/queue/shot-job.ts';
import { type FarmWatch, watchFarm } from '../../../src/farm/watch/watch-farm.ts';
import { temporaryFolder } from '../../fixtures/films.ts';

const MACHINES = 'a'.repeat(16);
const PLAN = 'b'.repeat(64);

describe('a farm that is watched', () => {
  let redis: RedisServer;
  let farm: FarmConnection;
  let watch: FarmWatch;
  let remove = async () => {};
  const page = () => new URL(watch.url);
  const ask = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, page()), { headers });

  before(async function () {
    for (const program of ['redis-server', 'openssl']) await needs(this, program);
    const folder = await temporaryFolder();
    remove = folder.remove;
    redis = await startRedis(folder.path);
    farm = await connectFarm(redis.url.replace('//', '//farm:secret@')); // who may not ask Redis for its clients
    watch = await watchFarm(farm, 0);
    const jobs = [3, 5].map((shot): ShotJob => {
      const fingerprint = String(shot).repeat(64);
      return { version: 1, plan: PLAN, shot, frames: 60, fingerprint, segments: '/film/shots' };
    });
    await farm.rounds(PLAN, MACHINES).begin(jobs);
    const film = { name: '/film/a.mkv', machines: MACHINES, shots: 3, finished: 1, failed: 0, frames: 180, framesFinished: 60 };
    await farm.board.state('film', 'one', film);
    const machine = { program: '1', ffmpeg: '5', device: 'cpu', cpu: 'x', build: 'c'.repeat(16), machineClass: MACHINES };
    const rates = [10, 30];
    for (const [at, framesPerSecond] of rates.entries())
      await farm.board.state('worker', String(at), {
        name: `w${at}`,
        ...machine,
        shots: 1,
        quarantined: at === 0,
        framesPerSecond,
      });
  });
  after(async () => {
    await watch?.close();
    await farm?.close();
    await redis?.kill();
    await remove();
  });

  it('shows strangers nothing', async () => {
    for (const path of ['/', '/metrics', '/api/queues', '/static/js/main.js']) assert.equal((await ask(path)).status, 401, path);
    for (const path of ['/', '/page.js', '/page.css'])
      assert.equal((await ask(`${path}?token=wrong`)).headers.get('set-cookie'), null, path);
    const foreign = { authorization: `Bearer ${page().searchParams.get('token')}`, origin: 'http://other.example' };
    assert.equal((await ask('/metrics', foreign)).status, 403);
  });

  it('gives Prometheus its metrics: the work that waits is in seconds of one worker', async () => {
    const response = await ask('/metrics', { authorization: `Bearer ${page().searchParams.get('token')}` });
    const text = await response.text();
    const labels = `{machines="${MACHINES}"}`;
    for (const line of [
      `kinemacolor_work_waiting_seconds${labels} 6`, // 120 frames, 20 a second in the mean
      `kinemacolor_frames_per_second${labels} 40`,
      `kinemacolor_shots{machines="${MACHINES}",state="waiting"} 2`,
      `kinemacolor_workers{machines="${MACHINES}",state="quarantined"} 1`,
      'kinemacolor_film_frames{film="/film/a.mkv",state="finished"} 60',
    ])
      assert.ok(text.split('\n').includes(line), `${line}\n${text}`);
  });

  it('is a page whose own requests need no token in their address, and which changes nothing', async () => {
    const first = await ask(`/${page().search}`);
    assert.match(await first.text(), /<div id="root">/);
    assert.match(first.headers.get('content-security-policy')!, /script-src 'self'/);
    const cookie = first.headers.get('set-cookie')!;
    assert.match(cookie, /HttpOnly; SameSite=Strict/);
    const headers = { cookie: cookie.split(';')[0]! };
    const { queues } = (await (await ask('/api/queues', headers)).json()) as {
      queues: { name: string; readOnlyMode: boolean }[];
    };
    assert.deepEqual(
      queues.map(({ name, readOnlyMode }) => [name, readOnlyMode]),
      [
        ['joins', true],
        [`shots-${MACHINES}`, true],
      ],
    );
    const emptied = await fetch(new URL(`/api/queues/shots-${MACHINES}/pause`, page()), { method: 'PUT', headers });
    assert.equal(emptied.status, 405);
  });
});
