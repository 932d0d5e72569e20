import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { needs } from '../../../harness/needed-program.ts';
import { assertOneSentence, type CliEvent, type CliRun, nobodyLeft, runCli } from '../../../harness/run-cli.ts';
import { packets } from '../../../harness/tiny-film.ts';
import { type SteeredFfmpeg, steerFfmpeg } from '../../fixtures/farm/steered-ffmpeg.ts';
import { countRendered, eventOf, openTestFarm, SCENES, type TestFarm } from '../../fixtures/farm/test-farm.ts';

/** The longest shot, which is queued first; it alone has more bytes of uncompressed video, 160x90 at 4:2:0. */
const LONGEST = 1;
const ABOVE = 13 * 160 * 90 * 1.5;
/** Bytes of which no segment of the film is as small. */
const SMALL = 20_000;
const execute = promisify(execFile);
const ALL = SCENES.map((_, shot) => shot);

describe('troubles of workers', () => {
  let farm: TestFarm;
  let plan = '';
  let whole = '';
  let steered: SteeredFfmpeg;
  /** All have the steered ffmpeg; who is ended on purpose leaves the list. */
  const workers: CliRun[] = [];

  before(async function () {
    for (const program of ['redis-server', 'openssl', 'prlimit']) await needs(this, program);
    farm = await openTestFarm();
    steered = await steerFfmpeg(farm.at('.'), ABOVE);
    const ready = Promise.all([1, 2, 3].map(() => farm.readyWorker({ env: steered.env })));
    plan = await farm.plan('film', ['--codec', 'ffv1']);
    whole = farm.at('whole.mkv');
    const rendered = await runCli(['render', plan, '-o', whole]);
    assert.equal(rendered.code, 0, rendered.stderr);
    workers.push(...(await ready));
  });
  after(() => farm?.close());

  const startsLongest = ({ type, shot }: CliEvent) => type === 'shot-start' && shot === LONGEST;
  /** Serve the film until a worker holds its longest shot, rendered but not published. */
  const serveAndHold = async () => {
    await steered.begin('hold');
    const lengths = new Map(workers.map(worker => [worker, worker.events.length]));
    const since = (worker: CliRun) => lengths.get(worker)!;
    const coordinator = farm.serve(plan, '--report', farm.at('report.json'));
    const holds = (worker: CliRun) => eventOf(worker, startsLongest, since(worker)).then(() => worker);
    const victim = await Promise.race(workers.map(holds));
    return { coordinator, victim, since, holds, others: workers.filter(one => one !== victim) };
  };
  /** Another machine that finishes shots of the film that is being served. */
  const renderApart = async (shots: string, env: Readonly<Record<string, string>> = {}) => {
    const served = (await readdir(farm.at('shots'))).find(name => name.endsWith('.plan.json'))!;
    const args = ['render-shot', farm.at(`shots/${served}`), '--shot', shots, '--segments', farm.at('shots')];
    const { code, stderr } = await runCli(args, { env });
    assert.equal(code, 0, stderr);
  };
  const report = async () => JSON.parse(await readFile(farm.at('report.json'), 'utf8')).films[0];

  it('that there are two coordinators of a film is none: the second is refused, the first makes it, each shot once', async () => {
    const count = countRendered(...workers);
    const { coordinator } = await serveAndHold();
    const { code, stderr } = await farm.serve(plan).ended;
    assert.match(stderr, /^kinemacolor: Another coordinator \(process \d+ on .*\) serves this film on this farm; wait for it/m);
    assert.equal(code, 2);
    await steered.end('hold');
    await farm.assertMade(coordinator, whole);
    await count.assertEachOnce(SCENES.length);
  });

  it('one that is killed in mid-shot loses that shot alone: another one renders it, and nothing is left over', async () => {
    const { coordinator, victim, others } = await serveAndHold();
    const count = countRendered(victim, ...others);
    victim.kill('SIGKILL');
    await nobodyLeft(victim);
    workers.splice(workers.indexOf(victim), 1);
    await steered.end('hold');
    await farm.assertMade(coordinator, whole);
    await count.assertEachOnce(SCENES.length);
  });

  it('one that stands still for longer than its lease loses its shot; when it goes on it leaves nothing', async () => {
    const { coordinator, victim, others } = await serveAndHold();
    const count = countRendered(...others);
    const frozen = await victim.alive();
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    await steered.end('hold');
    await farm.assertMade(coordinator, whole, () => {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
    });
    assert.deepEqual(count.shots().sort(), ALL);
  });

  it('one whose own process stands still while its render process goes on publishes equal bytes: both are fine', async () => {
    const { coordinator, victim, holds, others } = await serveAndHold();
    const count = countRendered(...others);
    process.kill(victim.pid, 'SIGSTOP');
    await Promise.race(others.map(holds)); // after the lease
    await steered.end('hold');
    await farm.assertMade(coordinator, whole, () => process.kill(victim.pid, 'SIGCONT'));
    assert.ok(count.shots().includes(LONGEST));
    assert.doesNotMatch((await report()).warnings.join(), /other bytes/);
  });

  it('one that meets other bytes keeps the first, raises an alarm and goes on where its golden segment is as before', async () => {
    const { coordinator, victim, since } = await serveAndHold();
    process.kill(coordinator.pid, 'SIGSTOP'); // it would join before the second bytes come
    const spoiled = await steerFfmpeg(farm.at('.'));
    await spoiled.begin('spoil');
    await renderApart(String(LONGEST), spoiled.env);
    await steered.end('hold');
    await eventOf(
      victim,
      ({ type, message }) => type === 'warning' && /rendered other bytes/.test(String(message)),
      since(victim),
    );
    process.kill(coordinator.pid, 'SIGCONT');
    await farm.assertMade(coordinator, undefined);
    const wanted = await packets(whole, 'v');
    const wrong = (await packets(farm.at('farm.mkv'), 'v')).filter(({ hash }, frame) => hash !== wanted[frame]!.hash);
    assert.ok(wrong.length > 0);
    const { warnings, shots } = await report();
    assert.match(warnings.join(), /Shot 1: .* rendered other bytes than the machine that finished it first/);
    assert.deepEqual([shots[LONGEST].machine, shots.length], [undefined, SCENES.length]);
    const { workers: stated } = JSON.parse((await farm.cli('farm', 'status', '--json')).stdout);
    assert.equal(stated.length, workers.length);
  });

  it('a shot that fails everywhere is tried three times, on both; the others are finished, join names it, exit code 4', async () => {
    await steered.begin('break');
    const count = countRendered(...workers);
    const from = workers.map(({ events }) => events.length);
    const coordinator = farm.serve(plan);
    const end = await coordinator.ended;
    assert.equal(end.code, 4);
    assert.match(end.stderr, /^kinemacolor: 1 of 4 shots could not be rendered: 1 \(.*\); run the same command again/m);
    assert.deepEqual(
      count.shots().sort(),
      ALL.filter(shot => shot !== LONGEST),
    );
    const failures = workers.map(
      ({ events }, at) => events.slice(from[at]).filter(({ type }) => type === 'render-failed').length,
    );
    assert.deepEqual(failures.sort(), [1, 2]); // those that stood still work again
    const served = (await readdir(farm.at('shots'))).find(name => name.endsWith('.plan.json'))!;
    const join = ['join', farm.at(`shots/${served}`), '--segments', farm.at('shots'), '-o', farm.at('joined.mkv')];
    assertOneSentence(await runCli([...join, '--quiet']), 4, /1 of 4 shots are not finished in .*: 1; /);
    await steered.end('break');
    const again = countRendered(...workers);
    await farm.assertMade(farm.serve(plan), whole);
    assert.deepEqual(again.shots(), [LONGEST]);
  });

  it('one with a full disk fails and leaves its shots to the other', async () => {
    const full = await farm.readyWorker();
    await execute('prlimit', ['--pid', String(full.pid), `--fsize=${SMALL}`]); // its render process inherits it
    await steered.begin('hold');
    const count = countRendered(...workers);
    const coordinator = farm.serve(plan);
    const failed = await eventOf(full, ({ type }) => type === 'render-failed');
    assert.match(
      String(failed.message),
      /^Cannot write .*: the file is larger than this file system or the shell's "ulimit -f" allows/,
    );
    await steered.end('hold');
    await farm.assertMade(coordinator, whole);
    await count.assertEachOnce(SCENES.length);
    full.kill('SIGINT');
    assert.equal((await full.ended).code, 0);
  });

  it('one that is ended in mid-shot while Redis is away ends; the film goes on when Redis is back', async () => {
    const { coordinator, victim } = await serveAndHold();
    await farm.redis.kill();
    victim.kill('SIGTERM');
    assert.equal((await victim.ended).code, 0);
    workers.splice(workers.indexOf(victim), 1);
    await steered.end('hold');
    await farm.redis.restart('empty');
    await farm.assertMade(coordinator, whole);
  });

  it('one that no longer renders its golden segment as it did ends with exit code 5; the film is that of the others', async () => {
    await steered.begin('spoil');
    const { coordinator, victim } = await serveAndHold();
    process.kill(coordinator.pid, 'SIGSTOP');
    await renderApart('0..3');
    await steered.end('hold');
    const { code, stderr } = await victim.ended;
    process.kill(coordinator.pid, 'SIGCONT');
    await farm.assertMade(coordinator, whole);
    assert.equal(code, 5);
    assert.match(
      stderr,
      /This machine no longer renders its golden segment as it did when it started, and is not to be trusted\./,
    );
  });

  it('those with another model, ffmpeg or golden segment take no shot; with --mix the last one does, and the report says so', async () => {
    const others = await Promise.all([
      farm.readyWorker({}, '--model', 'kinemacolor-base'),
      farm.readyWorker({ env: { KINEMACOLOR_FFMPEG: 'system' } }),
      farm.readyWorker({ env: steered.env }),
    ]);
    const count = countRendered(...others);
    const coordinator = farm.serve(plan);
    const warned = ({ message }: CliEvent) => /No worker of this machine's class .* 3 of other classes are/.test(String(message));
    await eventOf(coordinator, warned);
    coordinator.kill('SIGINT');
    assert.equal((await coordinator.ended).code, 130);
    assert.deepEqual(count.shots(), []);
    await farm.assertMade(farm.serve(plan, '--mix', '--report', farm.at('report.json')), undefined);
    const { name, machineClass } = await eventOf(others[2]!, ({ type }) => type === 'farm-worker');
    const { shots } = await report();
    assert.deepEqual(
      shots.map(({ machine }: { machine: unknown }) => machine),
      SCENES.map(() => ({ name, machineClass })),
    );
  });
});
