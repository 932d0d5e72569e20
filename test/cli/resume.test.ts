import assert from 'node:assert/strict';
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CliEvent, colorize, nobodyLeft, runCli, startCli } from '../../harness/run-cli.ts';
import { frameHashes, makeTinyFilm } from '../../harness/tiny-film.ts';
import { temporaryFolder } from '../fixtures/films.ts';
import { type HeldFfmpeg, type HeldJob, holdFfmpeg } from '../fixtures/held-ffmpeg.ts';
import { TINY } from '../fixtures/models/tiny-model.ts';

/** Six shots, so that two in flight leave some behind and some to come. */
const SCENES = [14, 10, 12, 10, 12, 14];
const FAST = ['--preset', 'ultrafast', ...TINY, '--json'];

const BUNDLED = 'kinemacolor-base';

/** An event to wait for, and what is held meanwhile so that the run is still there when the event has been read. */
interface Moment {
  readonly at: (event: CliEvent) => boolean;
  readonly held: HeldFfmpeg;
}

const shotDone = (event: CliEvent) => event.type === 'shot-done' && event.reused === false;

/**
 * Run and end it with `signal` at this moment; what is held goes on once the run has answered with a note. Returns the shots that were
 * seen to be done by this run.
 */
async function endAt(args: readonly string[], moment: Moment, signal: NodeJS.Signals = 'SIGKILL') {
  const state = { hit: false };
  const run = startCli(args, {
    env: moment.held.env,
    onEvent(event, self) {
      if (state.hit && event.type === 'note') void moment.held.release();
      if (state.hit || !moment.at(event)) return;
      state.hit = true;
      self.kill(signal);
    },
  });
  const end = await run.ended;
  assert.ok(state.hit, `the moment never came: ${end.stderr}`);
  await nobodyLeft(run);
  return { ...end, ...shotsOf(end.events) };
}

function shotsOf(events: readonly CliEvent[]) {
  const done = events.filter(event => event.type === 'shot-done');
  const numbers = (reused: boolean) => done.filter(event => event.reused === reused).map(event => Number(event.shot));
  return { rendered: numbers(false), reused: numbers(true).sort((a, b) => a - b) };
}

/** Shots of an unfinished run that lie finished beside its output. */
async function finishedShots(output: string): Promise<number> {
  return (await readdir(`${output}.kinemacolor`)).filter(name => name.endsWith('.mkv')).length;
}

interface Reported {
  readonly shots: readonly { readonly shot: number; readonly reused: boolean }[];
}

async function reusedIn(report: string): Promise<number[]> {
  const { shots } = JSON.parse(await readFile(report, 'utf8')) as Reported;
  assert.equal(shots.length, SCENES.length);
  return shots.filter(({ reused }) => reused).map(({ shot }) => shot);
}

describe('colorize: going on after an interruption', () => {
  let folder = '';
  let remove = async () => {};
  let film = '';
  let whole: string[] = [];
  const scratch = { path: '', remove: async () => {} };
  const at = (name: string) => join(folder, name);
  const hold = (job: HeldJob, free = 0) => holdFfmpeg(scratch.path, job, free);

  before(async () => {
    Object.assign(scratch, await temporaryFolder());
    ({ path: folder, remove } = await temporaryFolder());
    film = await makeTinyFilm(at('film.mp4'), { scenes: SCENES });
    await colorize([film, '-o', at('whole.mp4'), '--report', at('whole.json'), ...FAST]);
    whole = await frameHashes(at('whole.mp4'));
    assert.deepEqual(await reusedIn(at('whole.json')), []);
  });
  after(() => Promise.all([remove(), scratch.remove()]));

  it('kill -9 at five moments, one after the other, leaves every finished shot finished and the same film in the end', async () => {
    const output = at('killed.mp4');
    const args = ['colorize', film, '-o', output, '--report', at('killed.json'), ...FAST];
    const done = new Set<number>();
    const moments: Record<string, () => Promise<Moment>> = {
      'during the survey': async () => ({ at: event => event.type === 'survey', held: await hold('looking for the shots') }),
      'in the first shot': async () => ({ at: event => event.type === 'frames', held: await hold('encoding') }),
      'in the middle': async () => ({ at: shotDone, held: await hold('encoding', 3) }),
      'in the last shot': async () => ({
        at: event => event.type === 'frames' && event.done === event.total,
        held: await hold('encoding', SCENES.length - (await finishedShots(output)) - 1),
      }),
      'while assembling': async () => ({ at: event => event.type === 'assemble', held: await hold('assembling') }),
    };
    for (const [when, moment] of Object.entries(moments)) {
      const { signal, rendered, reused } = await endAt(args, await moment());
      assert.equal(signal, 'SIGKILL', when);
      assert.deepEqual(
        [...done].filter(shot => rendered.includes(shot)),
        [],
        `a finished shot was rendered again: ${when}`,
      );
      for (const shot of [...rendered, ...reused]) done.add(shot);
      assert.ok(!(await readdir(folder)).includes('killed.mp4'), `something lies at the output's name: ${when}`);
    }
    assert.equal(done.size, SCENES.length);
    const end = await runCli(args);
    assert.equal(end.code, 0, end.stderr);
    assert.deepEqual(
      await reusedIn(at('killed.json')),
      SCENES.map((_, shot) => shot),
    );
    assert.deepEqual(await frameHashes(output), whole);
    assert.deepEqual(
      (await readdir(folder)).sort().filter(name => !name.startsWith('whole')),
      ['film.mp4', 'killed.json', 'killed.mp4'],
    );
  });

  it('another setting, model or source never takes a stale shot; the old ones still serve the old run', async () => {
    const output = at('changed.mp4');
    const source = at('source.mp4');
    await copyFile(film, source);
    const args = (...more: string[]) => ['colorize', source, '-o', output, '--report', at('changed.json'), ...FAST, ...more];
    const endAtShot = async (given: readonly string[]) => endAt(given, { at: shotDone, held: await hold('encoding', 2) });
    const first = await endAtShot(args());
    assert.ok(first.rendered.length > 0);
    assert.deepEqual((await endAtShot(args('--film', 'worn'))).reused, [], 'another setting');
    assert.deepEqual((await endAtShot(args('--model', BUNDLED))).reused, [], 'another model');
    await makeTinyFilm(source, { scenes: SCENES, filters: ['lutyuv=y=val+1'] });
    assert.deepEqual((await endAtShot(args())).reused, [], 'another source');
    await copyFile(film, source);
    const last = await runCli(args());
    assert.equal(last.code, 0, last.stderr);
    const reused = await reusedIn(at('changed.json'));
    for (const shot of first.rendered) assert.ok(reused.includes(shot), `shot ${shot} was thrown away`);
    assert.deepEqual(await frameHashes(output), whole);
    assert.ok(!(await readdir(folder)).includes('changed.mp4.kinemacolor'));
  });

  it('the first Ctrl+C finishes the shots in hand and says how to go on; the same command goes on', async () => {
    const args = ['colorize', film, '-o', at('soft.mp4'), '--report', at('soft.json'), ...FAST];
    const end = await endAt(args, { at: event => event.type === 'frames', held: await hold('encoding') }, 'SIGINT');
    assert.equal(end.code, 130);
    assert.ok(end.rendered.length > 0 && end.rendered.length < SCENES.length, `${end.rendered.length} shots were finished`);
    assert.match(end.stderr, /^kinemacolor: [^\n]*run the same command[^\n]*\n$/i);
    const notes = end.events.filter(event => event.type === 'note').map(event => String(event.message));
    assert.match(notes.join('\n'), /Ctrl\+C again/);
    await colorize(args.slice(1));
    assert.deepEqual(
      await reusedIn(at('soft.json')),
      end.rendered.sort((a, b) => a - b),
    );
    assert.deepEqual(await frameHashes(at('soft.mp4')), whole);
  });

  it('Ctrl+C while the shots are looked for stops at once, for there is none in hand, and leaves nothing', async () => {
    for (const command of ['colorize', 'keyframes']) {
      const output = at(command === 'colorize' ? 'early.mp4' : 'early');
      const moment = { at: (event: CliEvent) => event.type === 'survey', held: await hold('looking for the shots') };
      const end = await endAt([command, film, '-o', output, '--json'], moment, 'SIGINT');
      assert.equal(end.code, 130, end.stderr);
      assert.match(end.stderr, /^kinemacolor: [^\n]+\n$/);
    }
    assert.deepEqual(
      (await readdir(folder)).filter(name => name.startsWith('early')),
      [],
    );
  });

  it('the second Ctrl+C, and a SIGTERM, stop at once', async () => {
    for (const signals of [['SIGINT', 'SIGINT'], ['SIGTERM']] as const) {
      const state = { sent: 0 };
      const args = ['colorize', film, '-o', at('hard.mp4'), ...FAST];
      const { env } = await hold('encoding');
      const run = startCli(args, {
        env,
        onEvent(event, self) {
          const next = signals[state.sent];
          // The second Ctrl+C waits until the first has been answered, as a person would.
          if (next === undefined || (state.sent === 0 ? event.type !== 'frames' : event.type !== 'note')) return;
          state.sent++;
          self.kill(next);
        },
      });
      const end = await run.ended;
      assert.equal(state.sent, signals.length);
      assert.equal(end.code, 130, end.stderr);
      assert.match(end.stderr, /^kinemacolor: [^\n]+\n$/);
      await nobodyLeft(run);
      assert.ok(!(await readdir(folder)).includes('hard.mp4'));
      const kept = await readdir(at('hard.mp4.kinemacolor')).catch(() => []);
      assert.deepEqual(
        kept.filter(name => name.endsWith('.part') || name === 'lock'),
        [],
      );
    }
  });

  it('two runs for the same output do not meet: the second is refused', async () => {
    const args = ['colorize', film, '-o', at('twice.mp4'), ...FAST];
    const held = await hold('encoding');
    const other: { end?: ReturnType<typeof runCli> } = {};
    const run = startCli(args, {
      env: held.env,
      onEvent(event) {
        if (event.type === 'plan') other.end ??= runCli(args).finally(held.release);
      },
    });
    const first = await run.ended;
    const second = await other.end!;
    assert.equal(first.code, 0, first.stderr);
    assert.equal(second.code, 2, second.stderr);
    assert.match(second.stderr, /^kinemacolor: Another run/);
    assert.deepEqual(await frameHashes(at('twice.mp4')), whole);
  });

  it('the number of workers never changes the result', async () => {
    const results: string[][] = [];
    for (const workers of ['1', '2', '3']) {
      const output = at(`workers-${workers}.mp4`);
      await colorize([film, '-o', output, '--workers', workers, ...FAST, '--model', BUNDLED]);
      results.push(await frameHashes(output));
    }
    const [one, two, three] = results;
    assert.deepEqual([two, three], [one, one]);
  });
});
