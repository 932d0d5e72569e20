import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startReview } from '../../../harness/review-server.ts';
import {
  assertOneSentence,
  type CliEvent,
  type CliRun,
  colorize,
  nobodyLeft,
  runCli,
  startCli,
} from '../../../harness/run-cli.ts';
import { frameHashes, makeTinyFilm, namesBelow } from '../../../harness/tiny-film.ts';
import { folderPerGroup } from '../../fixtures/films.ts';
import { type HeldFfmpeg, holdFfmpeg } from '../../fixtures/held-ffmpeg.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const SCENES = [8, 8];
const FAST = ['--preset', 'ultrafast', ...TINY];
/** As the README says. */
const CODE = { usage: 2, output: 6, interrupted: 130 } as const;
const ANOTHER = /Another run \(process \d+, since [^)]+\) is writing .*; wait for it/;

describe('one writer for one film', () => {
  const folder = folderPerGroup();
  let place = '';
  let whole: string[] = [];
  const made = { film: '' };
  const count = { tests: 0 };
  const at = (name: string) => join(place, name);
  const output = () => at('out.mp4');

  before(async () => {
    made.film = await makeTinyFilm(join(folder, 'film.mp4'), { scenes: SCENES });
    await colorize([made.film, '-o', join(folder, 'whole.mp4'), ...FAST]);
    whole = await frameHashes(join(folder, 'whole.mp4'));
  });
  beforeEach(async () => {
    place = join(folder, String(count.tests++));
    await mkdir(place);
    await copyFile(made.film, at('film.mp4'));
  });

  /** A run that stands still where `held` holds it: resolves when `at` is told. */
  async function keyframeDistance(args: readonly string[], held: HeldFfmpeg, moment: string, env = {}): Promise<CliRun> {
    return new Promise((resolve, reject) => {
      const onEvent = (event: CliEvent, self: CliRun) => event.type === moment && resolve(self);
      const run = startCli([...args, '--json'], { env: { ...held.env, ...env }, onEvent });
      run.ended.then(({ stderr }) => reject(new Error(`it ended before "${moment}": ${stderr}`)));
    });
  }
  const args = () => ['colorize', at('film.mp4'), '-o', output(), ...FAST];
  const partsAndLocks = async () => (await namesBelow(place)).filter(name => /\.part$|lock$/.test(name));

  it("the page's render is refused while colorize writes the film, and the other way round", async () => {
    const held = await holdFfmpeg(folder, 'assembling');
    const run = await keyframeDistance(args(), held, 'assemble');
    const server = await startReview([at('film.mp4'), '-o', output(), ...FAST]);
    assert.match(await server.render(), /^failed: .*Another run .* is writing .*out\.mp4; wait for it and render again/);
    await held.release();
    assert.equal((await run.ended).code, 0);
    assert.deepEqual(await frameHashes(output()), whole);
    assert.equal(await server.render(), output()); // a film of ours is replaced
    assert.deepEqual(await frameHashes(output()), whole);
    await server.stop();

    const holding = await holdFfmpeg(folder, 'assembling');
    const second = await startReview([at('film.mp4'), '-o', output(), ...FAST], holding.env);
    const joining = second.next('assemble');
    const rendered = second.render();
    await joining;
    assertOneSentence(await runCli([...args(), '--quiet']), CODE.usage, ANOTHER);
    await holding.release();
    assert.equal(await rendered, output());
    await second.stop();
    assert.deepEqual(await frameHashes(output()), whole);
    assert.deepEqual(await partsAndLocks(), []);
  });

  it('a second review of a film is refused before it reads, so that no edit is lost', async () => {
    const server = await startReview([at('film.mp4'), '-o', output(), ...FAST]);
    const [second, edited] = await Promise.all([
      runCli(['review', at('film.mp4'), '-o', at('other.mp4'), '--quiet', ...FAST]),
      server.edit({ kind: 'grade', shot: 0, grade: { saturation: 0.5 } }),
    ]);
    assertOneSentence(
      second,
      CODE.usage,
      /Another run \(process \d+, since .*\) is working on .*film\.mp4\.kinemacolor; wait for it/,
    );
    const third = await runCli(['open', at('film.mp4'), '--quiet', ...TINY]);
    assertOneSentence(third, CODE.usage, /is working on/);
    assert.equal(edited.status, 200, await edited.text());
    await server.stop('SIGKILL');
    const again = await startReview([at('film.mp4'), '-o', output(), ...FAST]);
    assert.equal((await again.api('project')).revision, 1);
    await again.stop();
    const text = await readFile(at('film.mp4.kinemacolor/history.json'), 'utf8');
    assert.equal(JSON.parse(text).edits.length, 1);
    assert.deepEqual(await partsAndLocks(), []);
  });

  it('a lock that holds garbage, or one of a run that was killed, refuses nobody', async () => {
    for (const text of ['1', String(process.pid)]) {
      await mkdir(`${output()}.kinemacolor`);
      await writeFile(`${output()}.kinemacolor/lock`, text);
      await colorize([...args().slice(1), '--overwrite']);
      assert.deepEqual(await partsAndLocks(), [], text);
    }
    const run = await keyframeDistance(args(), await holdFfmpeg(folder, 'assembling'), 'assemble');
    run.kill('SIGKILL');
    await run.ended;
    await nobodyLeft(run);
    await colorize(args().slice(1));
    assert.deepEqual(await namesBelow(place), ['film.mp4', 'out.mp4']);
  });

  it('a file that appears at the output in mid-run is kept; with --overwrite the finished shots are taken', async () => {
    const held = await holdFfmpeg(folder, 'assembling');
    const run = await keyframeDistance(args(), held, 'assemble');
    await writeFile(output(), 'my only copy');
    await held.release();
    const end = await run.ended;
    assertOneSentence(end, CODE.output, /A file appeared at .*out\.mp4 during the work; it is kept\. .*--overwrite/);
    assert.equal(await readFile(output(), 'utf8'), 'my only copy');
    assert.deepEqual(await partsAndLocks(), []);
    await colorize([...args().slice(1), '--overwrite', '--report', at('r.json')]);
    const { shots } = JSON.parse(await readFile(at('r.json'), 'utf8')) as { shots: { reused: boolean }[] };
    assert.deepEqual(
      shots.map(({ reused }) => reused),
      SCENES.map(() => true),
    );
  });

  it('a file of ours that somebody replaced in mid-run is kept', async () => {
    await copyFile(join(folder, 'whole.mp4'), output());
    const held = await holdFfmpeg(folder, 'assembling');
    const run = await keyframeDistance(args(), held, 'assemble');
    await copyFile(made.film, output());
    await held.release();
    assertOneSentence(await run.ended, CODE.output, /during the work; it is kept/);
    assert.deepEqual(await readFile(output()), await readFile(made.film));
  });

  it('a terminal that closes (SIGHUP) leaves no lock, no part, no child, nothing in TMPDIR', async () => {
    for (const [job, moment] of [
      ['encoding', 'frames'],
      ['assembling', 'assemble'],
    ] as const) {
      await mkdir(at(job));
      const run = await keyframeDistance(args(), await holdFfmpeg(folder, job), moment, { TMPDIR: at(job) });
      run.kill('SIGHUP');
      const end = await run.ended;
      assertOneSentence(end, CODE.interrupted, /stopped/);
      await nobodyLeft(run);
      assert.deepEqual(await partsAndLocks(), []);
      assert.deepEqual(await readdir(at(job)), []);
    }
    await colorize(args().slice(1));
  });

  it('a finished shot, or all of them, that somebody removes in mid-run: one sentence, and the same command goes on', async () => {
    for (const name of [/\.mkv$/, /\.json$/, /./]) {
      const held = await holdFfmpeg(folder, 'encoding', 1);
      const run = await keyframeDistance(args(), held, 'shot-done');
      const work = `${output()}.kinemacolor`;
      for (const found of await readdir(work)) if (name.test(found) && found !== 'plan.json') await rm(join(work, found));
      await held.release();
      assertOneSentence(await run.ended, CODE.output, / removed .*; run the same command again/);
    }
    await colorize(args().slice(1));
    assert.deepEqual(await frameHashes(output()), whole);
  });
});
