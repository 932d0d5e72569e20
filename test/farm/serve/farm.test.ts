import assert from 'node:assert/strict';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { needs } from '../../../harness/needed-program.ts';
import { assertOneSentence, type CliRun, colorize, runCli } from '../../../harness/run-cli.ts';
import { splitPlan } from '../../../harness/split-plan.ts';
import { makeTinyFilm, packets } from '../../../harness/tiny-film.ts';
import { documentedCommands } from '../../fixtures/farm/documented-commands.ts';
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
  /** The arguments of what docs/farm.md gives for two laptops: of each one's worker, of the coordinator, and to look at it. */
  const documented = async () => {
    const places = { '/film': farm.at(''), '/mnt/nas': farm.at('nas') };
    return (await documentedCommands('KINEMACOLOR_REDIS=redis://', places)).map(([, ...args]) => args);
  };
  /** The last film of many shots, and that of a run on this machine. */
  let plan = '';
  let whole = '';

  before(async function () {
    for (const program of ['redis-server', 'openssl']) await needs(this, program);
    farm = await openTestFarm();
    await symlink(farm.at(''), farm.at('nas'));
    const [one, other] = await documented();
    workers.push(farm.work(), ...[one!, other!].map(args => farm.start([...args, ...farm.ofWorkers])));
    for (const worker of workers) await eventOf(worker, ({ type }) => type === 'farm-worker');
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

  it('the commands of docs/farm.md for two laptops make two films, though one laptop has their folder at another path', async () => {
    await mkdir(farm.at('colour'));
    for (const [name, firstScene] of [['a.mkv', 0] as const, ['b.mkv', 2] as const])
      await makeTinyFilm(farm.at(name), { scenes: [6, 7], firstScene });
    const [, , serve, status] = await documented();
    const coordinator = farm.start([...serve!, ...farm.ofCoordinators]);
    const here = colorize([farm.at('a.mkv'), '-o', farm.at('here.mkv'), ...farm.ofCoordinators.slice(2)]);
    const { code, stderr } = await coordinator.ended;
    assert.equal(code, 0, stderr);
    await here;
    assert.deepEqual(await readdir(farm.at('colour')), ['a.mkv', 'b.mkv']);
    assert.deepEqual(await packets(farm.at('colour/a.mkv'), 'v'), await packets(farm.at('here.mkv'), 'v'));
    assert.deepEqual(await readdir(farm.at('shots')), []);
    assert.match((await farm.cli('farm', ...status!)).stdout, /^Films\n {2}none\nWorkers\n/);
  });

  it('a film that cannot be planned is named, and keeps none of the others', async () => {
    const sources = [farm.at('none.mkv'), farm.at('a.mkv')];
    const into = (folder: string) => ['-o', farm.at(folder), '--segments', farm.at('shots'), ...farm.ofCoordinators];
    const serve = (folder: string) => farm.start(['serve', ...sources, ...into(folder)]).ended;
    assertOneSentence(await serve('no-folder'), 2, /Expected --output to be a folder, since there are 2 films/);
    await mkdir(farm.at('one'));
    const { code, stderr } = await serve('one');
    assert.equal(code, 4, stderr);
    assert.match(stderr, /none\.mkv/);
    assert.deepEqual(await readdir(farm.at('one')), ['a.mkv']);
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
