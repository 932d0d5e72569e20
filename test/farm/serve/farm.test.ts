import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { needs } from '../../../harness/needed-program.ts';
import { assertOneSentence, type CliRun, runCli } from '../../../harness/run-cli.ts';
import { splitPlan } from '../../../harness/split-plan.ts';
import { countRendered, eventOf, openTestFarm, SCENES, type TestFarm } from '../../fixtures/farm/test-farm.ts';

const MANY = 40;

describe('a farm of three workers', () => {
  let farm: TestFarm;
  const workers: CliRun[] = [];
  const rendered = async (plan: string, name: string) => {
    const end = await runCli(['render', plan, '-o', farm.at(name)]);
    assert.equal(end.code, 0, end.stderr);
    return farm.at(name);
  };
  let plan = '';
  let whole = '';

  before(async function () {
    for (const program of ['redis-server', 'openssl']) await needs(this, program);
    farm = await openTestFarm();
    const ready = Promise.all([1, 2, 3].map(() => farm.readyWorker()));
    plan = await farm.plan('film', ['--codec', 'x264']);
    whole = await rendered(plan, 'whole.mkv');
    workers.push(...(await ready));
  });
  after(() => farm?.close());

  for (const codec of ['ffv1', 'x264'])
    it(`${MANY} shots in ${codec} make the film of a run on this machine, each shot once, and leave nothing`, async () => {
      const many = await farm.plan(codec, ['--codec', codec], one => splitPlan(one, MANY));
      const local = await rendered(many, `${codec}.mkv`);
      const count = countRendered(...workers);
      await farm.assertMade(farm.serve(many), local);
      await count.assertEachOnce(MANY);
      const { films, workers: stated } = JSON.parse((await farm.cli('farm', 'status', '--json')).stdout);
      assert.deepEqual([films.length, stated.length], [0, 3]);
      assert.equal(new Set(stated.map(({ machineClass }: { machineClass: string }) => machineClass)).size, 1);
    });

  it('of a film that is made Redis keeps the number of its last round alone', async () => {
    const administrator = new Redis(farm.redis.url);
    const keys = await administrator.keys('*');
    administrator.disconnect();
    const queue = /^kinemacolor:(?:joins|shots-\w{16}):(?:events|id|meta|marker|stalled-check)$/;
    const kinds = keys.filter(key => !queue.test(key)).map(key => key.split(':')[1]);
    assert.deepEqual(kinds.sort(), ['round', 'round', 'worker', 'worker', 'worker']);
  });

  it('a coordinator that is killed goes on where it was; nothing finished is rendered twice', async () => {
    const count = countRendered(...workers);
    const first = farm.serve(plan);
    await eventOf(first, ({ type }) => type === 'shot-done');
    first.kill('SIGKILL');
    await first.ended;
    await farm.assertMade(farm.serve(plan), whole);
    await count.assertEachOnce(SCENES.length);
  });

  for (const data of ['empty', 'kept'] as const)
    it(`Redis is killed and comes back ${data === 'empty' ? 'empty' : 'with its data'}: the film goes on`, async () => {
      const count = countRendered(...workers);
      const coordinator = farm.serve(plan);
      await eventOf(coordinator, ({ type }) => type === 'shot-done');
      await farm.redis.kill();
      await farm.redis.restart(data);
      await farm.assertMade(coordinator, whole);
      assert.deepEqual([...new Set(count.shots())].sort(), [0, 1, 2, 3]);
      await farm.redis.kill();
      await farm.redis.restart('kept');
    });

  it('its user in Redis reaches no key but the farm’s', async () => {
    const user = new Redis(farm.redis.farmUrl, { tls: { rejectUnauthorized: false } });
    await assert.rejects(user.set('other', '1'), /NOPERM/);
    await assert.rejects(user.get('other'), /NOPERM/);
    await assert.rejects(user.flushall(), /NOPERM/);
    user.disconnect();
  });
});

describe('a farm without Redis', () => {
  it('or with what is no address of one ends with one sentence', async () => {
    const nowhere = await runCli(['farm', 'status', '--redis', 'redis://127.0.0.1:1']);
    assertOneSentence(nowhere, 5, /Expected Redis at redis:\/\/127\.0\.0\.1:1, but it does not answer/);
    assertOneSentence(await runCli(['farm', 'status', '--redis', 'http://x']), 2, /Expected --redis as/);
    const hasty = ['farm', 'work', '--map', '/', '--lease', '0.5'];
    assertOneSentence(await runCli(hasty), 2, /The times of a farm are in seconds; "lease": .*>=1/);
  });
});
