import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { needs } from '../../../harness/needed-program.ts';
import { assertOneSentence, type CliRun, runCli } from '../../../harness/run-cli.ts';
import { splitPlan } from '../../../harness/split-plan.ts';
import { countRendered, eventOf, openTestFarm, type TestFarm } from '../../fixtures/farm/test-farm.ts';

const MANY = 40;

describe('a farm of three workers', () => {
  let farm: TestFarm;
  const workers: CliRun[] = [];
  const rendered = async (plan: string, name: string) => {
    const end = await runCli(['render', plan, '-o', farm.at(name)]);
    assert.equal(end.code, 0, end.stderr);
    return farm.at(name);
  };
  /** The last film of many shots, and that of a run on this machine. */
  let plan = '';
  let whole = '';

  before(async function () {
    for (const program of ['redis-server', 'openssl']) await needs(this, program);
    farm = await openTestFarm();
    workers.push(...(await Promise.all([1, 2, 3].map(() => farm.readyWorker()))));
  });
  after(() => farm?.close());

  for (const codec of ['ffv1', 'x264'])
    it(`${MANY} shots in ${codec} make the film of a run on this machine, each shot once, and leave nothing`, async () => {
      plan = await farm.plan(codec, ['--codec', codec], one => splitPlan(one, MANY));
      whole = await rendered(plan, `${codec}.mkv`);
      const count = countRendered(...workers);
      await farm.assertMade(farm.serve(plan), whole);
      await count.assertEachOnce(MANY);
      const { films, workers: stated } = JSON.parse((await farm.cli('farm', 'status', '--json')).stdout);
      assert.deepEqual([films.length, stated.length], [0, 3]);
      assert.equal(new Set(stated.map(({ machineClass }: { machineClass: string }) => machineClass)).size, 1);
    });

  it('a coordinator that is killed goes on where it was; nothing finished is rendered twice', async () => {
    const count = countRendered(...workers);
    const first = farm.serve(plan);
    await eventOf(first, ({ type }) => type === 'shot-done');
    first.kill('SIGKILL');
    await first.ended;
    await farm.assertMade(farm.serve(plan), whole);
    await count.assertEachOnce(MANY);
  });

  it('of a film that is made Redis keeps the number of its last round alone', async () => {
    const administrator = new Redis(farm.redis.url);
    const keys = await administrator.keys('*');
    administrator.disconnect();
    const queue = /^kinemacolor:(?:joins|shots-\w{16}):(?:events|id|meta|marker|stalled-check)$/;
    const kinds = keys.filter(key => !queue.test(key)).map(key => key.split(':')[1]);
    assert.deepEqual(kinds.sort(), ['round', 'round', 'worker', 'worker', 'worker']);
  });

  for (const data of ['kept', 'empty'] as const)
    it(`Redis is killed and comes back ${data === 'empty' ? 'empty' : 'with its data'}: at most the shots in hand are rendered twice`, async () => {
      const count = countRendered(...workers);
      const coordinator = farm.serve(plan);
      await eventOf(coordinator, ({ type }) => type === 'shot-done');
      await farm.redis.kill();
      const published = coordinator.events.flatMap(({ type, shot }) => (type === 'shot-done' ? [Number(shot)] : []));
      await farm.redis.restart(data);
      await farm.assertMade(coordinator, whole);
      const again = await count.again(MANY);
      assert.ok(again.length <= workers.length, `twice: ${again}`);
      assert.deepEqual(
        again.filter(shot => published.includes(shot)),
        [],
      );
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
    const refused = (args: string, code: number, sentence: RegExp) =>
      runCli(['farm', ...args.split(' ')]).then(end => assertOneSentence(end, code, sentence));
    await Promise.all([
      refused('status --redis redis://127.0.0.1:1', 5, /Expected Redis at redis:\/\/127\.0\.0\.1:1, but it does not answer/),
      refused('status --redis http://x', 2, /Expected --redis as/),
      refused('work --map / --lease 0.5', 2, /The times of a farm are in seconds; "lease": .*>=1/),
    ]);
  });
});
