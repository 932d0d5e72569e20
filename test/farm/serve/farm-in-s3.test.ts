import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { type MotoServer, needsMoto, s3Environment, startMoto } from '../../../harness/moto-server.ts';
import { needs } from '../../../harness/needed-program.ts';
import { assertOneSentence, type CliRun, colorize, runCli, startCli } from '../../../harness/run-cli.ts';
import { makeTinyFilm, packets } from '../../../harness/tiny-film.ts';
import { type CountingProxy, openCountingProxy } from '../../fixtures/farm/counting-proxy.ts';
import { documentedCommands } from '../../fixtures/farm/documented-commands.ts';
import { type SteeredFfmpeg, steerFfmpeg } from '../../fixtures/farm/steered-ffmpeg.ts';
import { countRendered, eventOf, LEASE, openTestFarm, POLL, SCENES, type TestFarm } from '../../fixtures/farm/test-farm.ts';
import { writeTinyModel } from '../../fixtures/models/models.ts';

const FILM = 's3://films/reels/a.mkv';
const SEGMENTS = 's3://films/shots';
const MODEL = ['--model', 'obedient', '--device', 'cpu'];
const SETTINGS = ['--preset', 'ultrafast', ...MODEL];
const LONGEST = 1;
const ABOVE = 13 * 160 * 90 * 1.5;

describe('a farm whose film and shots are in S3', () => {
  let farm: TestFarm;
  let moto: MotoServer;
  let proxy: CountingProxy;
  let steered: SteeredFfmpeg;
  let env: Readonly<Record<string, string>>;
  let whole = '';
  const workers: CliRun[] = [];

  /** The arguments of what docs/farm.md gives for S3: of a worker and of a coordinator. */
  const documented = async (cache: string) => {
    const [work, serve] = await documentedCommands('AWS_ENDPOINT_URL_S3', { '/scratch': farm.at(cache) });
    return { work: work!.slice(1), serve: serve!.slice(1) };
  };

  before(async function () {
    for (const program of ['redis-server', 'openssl']) await needs(this, program);
    await needsMoto(this);
    [farm, moto] = await Promise.all([openTestFarm(), startMoto()]);
    proxy = await openCountingProxy(moto.origin);
    await mkdir(farm.at('models'));
    await writeTinyModel(farm.at('models'), 'obedient');
    env = { ...s3Environment(proxy.origin), KINEMACOLOR_MODELS: farm.at('models') };
    const film = await makeTinyFilm(farm.at('a.mkv'), { scenes: SCENES });
    await moto.client.send(new CreateBucketCommand({ Bucket: 'films' }));
    await moto.client.send(new PutObjectCommand({ Bucket: 'films', Key: 'reels/a.mkv', Body: await readFile(film) }));
    steered = await steerFfmpeg(farm.at('.'), ABOVE);
    for (const number of [1, 2]) {
      const args = [...(await documented(`cache-${number}`)).work, '--lease', LEASE, ...MODEL];
      workers.push(farm.start(args, { env: { ...env, ...steered.env } }));
    }
    whole = farm.at('whole.mp4');
    await colorize([film, '-o', whole, ...SETTINGS], { env });
    for (const worker of workers) await eventOf(worker, ({ type }) => type === 'farm-worker');
  });
  after(async () => {
    await farm?.close();
    await proxy?.close();
    moto?.close();
  });

  /** Serve the film, or a plan of it, as the document says. */
  const serve = async (plan?: string) => {
    const args = (await documented('cache')).serve;
    const source = plan === undefined ? args : args.map(word => (word === FILM ? plan : word));
    const more = ['--poll', POLL, '--overwrite', '--report', farm.at('report.json'), ...(plan === undefined ? SETTINGS : [])];
    return farm.start([...source, ...more], { env, cwd: farm.at('.') });
  };
  const keys = async (Prefix: string) => {
    const { Contents = [] } = await moto.client.send(new ListObjectsV2Command({ Bucket: 'films', Prefix }));
    return Contents.map(({ Key }) => Key!);
  };
  /** Expects the film of `whole`, no shot left in the bucket or here, and the film here once. */
  const assertMade = async (coordinator: CliRun, film: string | null = whole) => {
    const end = await coordinator.ended;
    assert.equal(end.code, 0, end.stderr);
    if (film !== null)
      for (const streams of ['v', 'a'])
        assert.deepEqual(await packets(farm.at('colour.mp4'), streams), await packets(film, streams));
    assert.deepEqual(await keys('shots/'), []);
    for (const cache of ['cache', 'cache-1', 'cache-2'])
      assert.deepEqual(await readdir(farm.at(`${cache}/shots`)).catch(() => []), []);
  };

  it('makes the film of a run on this machine, each shot once; each machine fetches the film once and nothing is left', async () => {
    const count = countRendered(...workers);
    await assertMade(await serve());
    await count.assertEachOnce(SCENES.length);
    const { size } = await stat(farm.at('a.mkv'));
    assert.ok([2, 3].includes(proxy.bytes('/reels/a.mkv') / size)); // a worker that takes no shot needs no film
    const [report] = JSON.parse(await readFile(farm.at('report.json'), 'utf8')).films;
    assert.equal(report.source, FILM);
  });

  it('a coordinator that is killed goes on where it was: nothing is rendered twice, and the film is not fetched again', async () => {
    const count = countRendered(...workers);
    await steered.begin('hold');
    const first = await serve();
    await eventOf(first, ({ type }) => type === 'shot-done');
    first.kill('SIGKILL');
    await first.ended;
    await steered.end('hold');
    await assertMade(await serve());
    await count.assertEachOnce(SCENES.length);
    assert.ok(proxy.ranges('/reels/a.mkv').length <= 3);
  });

  it('a machine that is killed while it fetches the film goes on where it stopped', async () => {
    const { size } = await stat(farm.at('a.mkv'));
    const planning = ['plan', FILM, '-o', farm.at('s3.json'), '--cache', farm.at('cache-3'), '--json', ...SETTINGS];
    const before = proxy.bytes('/reels/a.mkv');
    proxy.stopAfter('/reels/a.mkv', Math.floor(size / 2), 'silent');
    const killed = startCli(planning, { env, onEvent: ({ type }, run) => type === 'download' && run.kill('SIGKILL') });
    assert.equal((await killed.ended).signal, 'SIGKILL');
    const { code, stderr } = await runCli(planning, { env });
    assert.equal(code, 0, stderr);
    const from = Number(/^bytes=(\d+)-$/.exec(proxy.ranges('/reels/a.mkv').at(-1)!)![1]);
    assert.ok(from > 0);
    assert.equal(proxy.bytes('/reels/a.mkv') - before, Math.floor(size / 2) + size - from);
  });

  it('a worker that renders other bytes than lie there keeps the first, raises an alarm and looks at itself', async () => {
    await steered.begin('hold');
    const from = workers.map(({ events }) => events.length);
    const coordinator = await serve(farm.at('s3.json'));
    const holds = workers.map((worker, at) =>
      eventOf(worker, ({ type, shot }) => type === 'shot-start' && shot === LONGEST, from[at]).then(() => worker),
    );
    const victim = await Promise.race(holds);
    process.kill(coordinator.pid, 'SIGSTOP');
    const spoiled = await steerFfmpeg(farm.at('.'));
    await spoiled.begin('spoil');
    const place = ['--segments', SEGMENTS, '--cache', farm.at('cache-3')];
    const apart = await runCli(['render-shot', farm.at('s3.json'), '--shot', String(LONGEST), ...place], {
      env: { ...env, ...spoiled.env },
    });
    assert.equal(apart.code, 0, apart.stderr);
    await steered.end('hold');
    const warned = ({ type, message }: { type: string; message?: unknown }) =>
      type === 'warning' &&
      /rendered other bytes .* s3:\/\/films\/shots\/\w+\.mkv was finished by another machine/.test(String(message));
    await eventOf(victim, warned, from[workers.indexOf(victim)]);
    process.kill(coordinator.pid, 'SIGCONT');
    await assertMade(coordinator, null);
    const { warnings, shots } = JSON.parse(await readFile(farm.at('report.json'), 'utf8')).films[0];
    assert.match(warnings.join(), /Shot 1: .* rendered other bytes than the machine that finished it first/);
    assert.deepEqual([shots[LONGEST].machine, shots.length], [undefined, SCENES.length]);
  });

  it('shots are rendered and joined without a queue, too', async () => {
    const plan = farm.at('s3.json');
    const place = ['--segments', 's3://films/apart', '--cache', farm.at('cache')];
    const rendered = await runCli(['render-shot', plan, '--shot', '0..3', ...place], { env });
    assert.equal(rendered.code, 0, rendered.stderr);
    const joined = farm.at('joined.mp4');
    const end = await runCli(['join', plan, ...place, '-o', joined, '--json'], { env });
    assert.equal(end.code, 0, end.stderr);
    for (const streams of ['v', 'a']) assert.deepEqual(await packets(joined, streams), await packets(whole, streams));
    assert.equal((await keys('apart/')).length, 2 * SCENES.length);
  });

  it('what cannot be meant or reached is refused with one sentence', async () => {
    const refused = async (args: readonly string[], code: number, sentence: RegExp) => {
      const redis = ['--redis', farm.redis.farmUrl];
      assertOneSentence(await runCli([...args, ...redis], { env: { ...env, ...farm.redis.env } }), code, sentence);
    };
    const segments = ['--segments', SEGMENTS];
    await Promise.all([
      refused(['farm', 'serve', FILM, ...segments], 2, /Expected --output, since s3:\/\/films\/reels\/a\.mkv is in S3/),
      refused(
        ['farm', 'serve', 's3://films/none.mp4', '-o', farm.at('x.mkv'), ...segments],
        3,
        /Expected a film at .*, found none/,
      ),
      refused(
        ['farm', 'work', '--map', 's3://elsewhere'],
        5,
        /Expected to list s3:\/\/elsewhere\/, but it answers with HTTP 404/,
      ),
      refused(['farm', 'work', '--map', 's3://a/../b'], 2, /Expected an address in S3/),
    ]);
  });
});
