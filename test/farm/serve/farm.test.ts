import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { needs } from '../../../harness/needed-program.ts';
import { type RedisServer, startRedis } from '../../../harness/redis-server.ts';
import { assertOneSentence, type CliRun, colorize, runCli, startCli } from '../../../harness/run-cli.ts';
import { makeTinyFilm, packets } from '../../../harness/tiny-film.ts';
import { temporaryFolder } from '../../fixtures/films.ts';
import { holdFfmpeg } from '../../fixtures/held-ffmpeg.ts';

const SCENES = [10, 14, 11, 12];
const SETTINGS = ['--preset', 'ultrafast', '--device', 'cpu'];
/** Seconds; long enough for a loaded machine, short enough for a test. */
const LEASE = '3';
const PATIENCE = 200;
/** The worker's golden segment. */
const GOLDEN = 1;

describe('a farm', () => {
  let folder = '';
  let remove = async () => {};
  let redis: RedisServer;
  const runs: CliRun[] = [];
  const at = (name: string) => join(folder, name);

  before(async function () {
    await needs(this, 'redis-server');
    ({ path: folder, remove } = await temporaryFolder());
    redis = await startRedis(folder);
    await makeTinyFilm(at('film.mp4'), { scenes: SCENES });
    await colorize([at('film.mp4'), '-o', at('whole.mp4'), ...SETTINGS]);
  });
  afterEach(async () => {
    for (const run of runs.splice(0)) {
      run.kill('SIGKILL');
      await run.ended;
    }
  });
  after(async () => {
    await redis?.kill();
    await remove();
  });

  const started = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const run = startCli(['farm', ...args, '--redis', redis.url, '--json'], { env, patience: PATIENCE });
    run.ended.catch(() => undefined);
    runs.push(run);
    return run;
  };
  const work = (env: Readonly<Record<string, string>> = {}) =>
    started(['work', '--map', folder, '--device', 'cpu', '--lease', LEASE], env);
  const serve = () =>
    started(['serve', at('film.mp4'), '-o', at('farm.mp4'), '--segments', at('shots'), '--overwrite', ...SETTINGS]);
  const seen = async (run: CliRun, type: string) => {
    while (!run.events.some(event => event.type === type)) {
      if (await Promise.race([run.ended.then(() => true), wait(20, false)]))
        assert.fail(`no ${type}: ${(await run.ended).stderr}`);
    }
  };
  const rendered = (run: CliRun) =>
    run.events.flatMap(({ type, shot, reused }) => (type === 'shot-done' && reused === false ? [Number(shot)] : []));
  const assertWhole = async (coordinator: CliRun) => {
    const end = await coordinator.ended;
    assert.equal(end.code, 0, end.stderr);
    for (const streams of ['v', 'a'])
      assert.deepEqual(await packets(at('farm.mp4'), streams), await packets(at('whole.mp4'), streams));
    assert.deepEqual(await readdir(at('shots')), []);
  };
  /** A worker's event may come after the coordinator has seen its file. */
  const everyShotOnce = async (...workers: readonly CliRun[]) => {
    while (workers.flatMap(rendered).length < SCENES.length) await wait(20);
    assert.deepEqual(
      workers.flatMap(rendered).sort(),
      SCENES.map((_, shot) => shot),
    );
  };

  it('two workers make the film of a run on this machine, each shot once, and leave nothing', async () => {
    const workers = [work(), work()];
    const coordinator = serve();
    await assertWhole(coordinator);
    await everyShotOnce(...workers);
    const status = await runCli(['farm', 'status', '--redis', redis.url, '--json']);
    const { films, workers: stated } = JSON.parse(status.stdout);
    assert.deepEqual([films.length, stated.length], [0, 2]);
    assert.equal(stated[0].machineClass, stated[1].machineClass);
    workers[0]!.kill('SIGINT');
    assert.equal((await workers[0]!.ended).code, 0);
  });

  it('a worker that is killed in mid-shot loses that shot alone: another one renders it', async () => {
    const held = await holdFfmpeg(folder, 'encoding', GOLDEN + 1);
    const victim = work(held.env);
    const coordinator = serve();
    await seen(victim, 'shot-done');
    while (victim.events.filter(({ type }) => type === 'shot-start').length < 2) await wait(20);
    victim.kill('SIGKILL');
    await held.release();
    const heir = work();
    await assertWhole(coordinator);
    await everyShotOnce(victim, heir);
  });

  it('a coordinator that is killed goes on where it was; nothing finished is rendered twice', async () => {
    const worker = work();
    const first = serve();
    await seen(first, 'shot-done');
    first.kill('SIGKILL');
    await first.ended;
    const second = serve();
    await assertWhole(second);
    await everyShotOnce(worker);
  });

  for (const data of ['empty', 'kept'] as const)
    it(`Redis is killed and comes back ${data === 'empty' ? 'empty' : 'with its data'}: the film goes on`, async () => {
      const worker = work();
      const coordinator = serve();
      await seen(worker, 'shot-done');
      await redis.kill();
      await redis.restart(data);
      await assertWhole(coordinator);
      await everyShotOnce(worker);
      await redis.kill();
      await redis.restart('kept');
    });

  it('a machine of another class takes no shot, and the coordinator says that none fits', async () => {
    await redis.kill();
    await redis.restart('empty'); // what a killed worker of an earlier test said of itself would stand for 15 seconds
    const other = work({ KINEMACOLOR_FFMPEG: 'system' });
    await seen(other, 'farm-worker');
    const coordinator = serve();
    await seen(coordinator, 'warning');
    const warned = () =>
      coordinator.events.some(({ message }) =>
        /No worker of this machine's class .* 1 of other classes are/.test(String(message)),
      );
    while (!warned()) await wait(50);
    coordinator.kill('SIGINT');
    assert.equal((await coordinator.ended).code, 130);
    assert.deepEqual(rendered(other), []);
  });

  it('without Redis, and with what is no address of one, it ends with one sentence', async () => {
    const nowhere = await runCli(['farm', 'status', '--redis', 'redis://127.0.0.1:1']);
    assertOneSentence(nowhere, 5, /Expected Redis at redis:\/\/127\.0\.0\.1:1, but it does not answer/);
    assertOneSentence(await runCli(['farm', 'status', '--redis', 'http://x']), 2, /Expected --redis as/);
  });
});
