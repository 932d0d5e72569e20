import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { assertOneSentence, type CliRun, colorize, commandOf, nobodyLeft, runCli, startCli } from '../../../harness/run-cli.ts';
import { frameHashes, lumaOf, makeTinyFilm, namesBelow, packets } from '../../../harness/tiny-film.ts';
import { folderPerTest, mountsPerTest } from '../../fixtures/folder-per-test.ts';
import { holdFfmpeg } from '../../fixtures/held-ffmpeg.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const FAST = ['--preset', 'ultrafast', ...TINY];
/** As the README says. */
const CODE = { usage: 2, output: 6, process: 7 } as const;

const execute = promisify(execFile);

describe('colorize: the output', () => {
  const group = folderPerTest();
  const { at } = group;
  const mount = mountsPerTest();

  const refused = (code: number, sentence: RegExp, args: readonly string[]) =>
    group.refused(code, sentence, [...args, '--quiet']);

  it('below a file, and in a folder that does not exist', async () => {
    await refused(CODE.output, /is a file, not a folder/, ['colorize', group.film, '-o', join(group.film, 'out.mp4')]);
    await refused(CODE.output, /the folder does not exist/, ['colorize', group.film, '-o', at('nowhere/out.mp4')]);
    await refused(CODE.output, /the folder does not exist/, [
      'colorize',
      group.film,
      '-o',
      at('out.mp4'),
      '--report',
      at('nowhere/r.json'),
    ]);
    await refused(CODE.output, /the folder does not exist/, ['plan', group.film, '-o', at('nowhere/plan.json')]);
    await refused(CODE.output, /is a file, not a folder/, ['plan', group.film, '-o', join(group.film, 'plan.json')]);
  });

  it('in a folder that makes none', async function () {
    if (process.platform !== 'linux') return this.skip();
    for (const args of [
      ['colorize', group.film, '-o', '/proc/out.mp4'],
      ['keyframes', group.film, '-o', '/proc/a/b'],
    ])
      await refused(CODE.output, /Cannot write \/proc\//, args);
  });

  it('of no name', async () => {
    await refused(CODE.usage, /Expected a value for "output", received an empty one/, ['colorize', group.film, '-o', '']);
    await refused(CODE.usage, /Expected a value for "source", received an empty one/, ['colorize', '', '-o', at('out.mp4')]);
  });

  it('in a folder that may not be written', async function () {
    const locked = at('locked');
    if (process.getuid?.() === 0) {
      if (!(await mount(locked, 'ro'))) return this.skip();
      return refused(CODE.output, /read-only/, ['colorize', group.film, '-o', join(locked, 'out.mp4')]);
    }
    await mkdir(locked);
    await chmod(locked, 0o555);
    await refused(CODE.output, /permission denied/, ['colorize', group.film, '-o', join(locked, 'out.mp4')]);
  });

  it('that is a folder gets the film under its own name', async () => {
    await mkdir(at('dir.mp4'));
    await colorize([group.film, '-o', at('dir.mp4'), ...FAST]);
    assert.deepEqual(await namesBelow(at('dir.mp4')), [basename(group.film)]);
  });

  it('equal to the input, by its name or through a link', async () => {
    const [copy, link] = [at('copy.mp4'), at('link.mp4')];
    await copyFile(group.film, copy);
    await symlink(copy, link);
    const bytes = await readFile(copy);
    await refused(CODE.usage, /output is the input itself/, ['colorize', copy, '-o', copy, '--overwrite']);
    await refused(CODE.usage, /output is the input itself/, ['colorize', copy, '-o', link, '--overwrite']);
    assert.deepEqual(await readFile(copy), bytes);
  });

  it("a file of somebody else's is kept unless told otherwise; a result of ours is replaced", async () => {
    const output = at('out.mp4');
    await writeFile(output, 'my only copy');
    await refused(CODE.output, /was not made by Kinemacolor/, ['colorize', group.film, '-o', output]);
    assert.equal(await readFile(output, 'utf8'), 'my only copy');
    await colorize([group.film, '-o', output, '--overwrite', ...FAST]);
    const first = await frameHashes(output);
    await colorize([group.film, '-o', output, '--quality', '40', ...FAST]);
    assert.notDeepEqual(await frameHashes(output), first);
    assert.deepEqual(await namesBelow(group.folder), ['out.mp4']);
  });

  it('on a disk that fills up: one sentence; with more room the same command goes on', async function () {
    const disk = at('disk');
    if (!(await mount(disk, 'size=400k'))) return this.skip();
    const [source, output] = [at('long.mp4'), join(disk, 'out.mkv')];
    await makeTinyFilm(source, { scenes: [8, 12, 12] });
    const args = [source, '-o', output, '--codec', 'ffv1', ...TINY, '--report', at('report.json')];
    const end = await runCli(['colorize', ...args, '--quiet']);
    assertOneSentence(end, CODE.output, /free some space|No space left|disk is full|ENOSPC/i);
    const left = await namesBelow(disk);
    assert.deepEqual(
      left.filter(name => /\.part$|^out\.mkv$|lock$/.test(name)),
      [],
      'something half-written was left',
    );
    const finished = left.filter(name => name.endsWith('.mkv')).length;
    assert.ok(finished > 0, `no shot was finished on the small disk: ${left.join()}`);
    await execute('mount', ['-o', 'remount,size=32m', disk]);
    await colorize(args);
    const { shots } = JSON.parse(await readFile(at('report.json'), 'utf8')) as { shots: { reused: boolean }[] };
    assert.equal(shots.filter(({ reused }) => reused).length, finished);
    assert.deepEqual(await namesBelow(disk), ['out.mkv']);
    assert.equal(Buffer.compare(await lumaOf(output), await lumaOf(source)), 0);
  });

  it('and its journal on a disk that was full from the start: nothing is left', async function () {
    const disk = at('full');
    if (!(await mount(disk, 'size=64k'))) return this.skip();
    await writeFile(join(disk, 'ballast'), Buffer.alloc(60 * 1024));
    const end = await runCli(['colorize', group.film, '-o', join(disk, 'out.mp4'), '--quiet', ...FAST]);
    assertOneSentence(end, CODE.output, /free some space|No space left|disk is full|ENOSPC/i);
    assert.deepEqual(await namesBelow(disk), ['ballast']);
  });

  it('when ffmpeg is killed in mid-run: one sentence, and the same command goes on', async () => {
    const source = await makeTinyFilm(at('long.mp4'), { scenes: [12, 20], width: 320, height: 180 });
    for (const [which, mark, job] of [
      ['the encoder', / -f matroska pipe:1$/, 'encoding'],
      ['the decoder', /showinfo.* -f rawvideo -pix_fmt yuv420p pipe:1$/, 'decoding'],
    ] as const) {
      const { env, release } = await holdFfmpeg(group.root, job);
      const state = { killed: 0 };
      const args = ['colorize', source, '-o', at('out.mp4'), '--json', ...FAST];
      const run = startCli(args, {
        env,
        onEvent(event, self) {
          if (event.type === 'shot-start' && event.shot === 0) void killFirst(self, mark, state).then(release);
        },
      });
      const end = await run.ended;
      assert.ok(state.killed > 0, `${which} was not found`);
      assertOneSentence(end, CODE.process, /ffmpeg was killed by SIGKILL/);
      await nobodyLeft(run);
      const left = await namesBelow(group.folder);
      assert.deepEqual(
        left.filter(name => /\.part$|^out\.mp4$|lock$/.test(name)),
        [],
        which,
      );
    }
    await colorize([source, '-o', at('out.mp4'), ...FAST]);
    assert.deepEqual(await namesBelow(group.folder), ['long.mp4', 'out.mp4']);
  });

  it('hostile names of films, outputs, reports and keyframe folders mean nothing but themselves', async () => {
    const names = ['-n "two" \'words\' $HOME `x`', 'concat:a|%03d\nünï 映画 #?&*[b]{c}\\'];
    for (const [i, name] of names.entries()) {
      const source = at(`${name}.mp4`);
      await makeTinyFilm(at('plain.mp4'), { scenes: [5] });
      await copyFile(at('plain.mp4'), source);
      const other = names[1 - i]!;
      const exported = await runCli(['keyframes', source, '-o', at(`keys ${other}`), ...TINY]);
      assert.equal(exported.code, 0, exported.stderr);
      // Relative names, so that the leading dash is really first.
      const files = ['-o', `./${other}.mkv`, `--report=${other}.json`, `--keyframes=keys ${other}`];
      const end = await runCli(['colorize', ...files, ...FAST, '--', `${name}.mp4`], { cwd: group.folder });
      assert.equal(end.code, 0, end.stderr);
      const times = async (path: string) => (await packets(path, 'a:0')).map(({ hash }) => hash);
      assert.deepEqual(await times(at(`${other}.mkv`)), await times(source));
      const report = JSON.parse(await readFile(at(`${other}.json`), 'utf8')) as { output: string };
      assert.equal(report.output, at(`${other}.mkv`));
    }
    const all = await namesBelow(group.folder);
    assert.deepEqual(
      all.filter(name => /\.part|\.kinemacolor/.test(name)),
      [],
    );
    assert.equal(all.filter(name => name.endsWith('.mkv')).length, names.length);
  });

  it('a newline in a name does not make two lines of a message', async () => {
    await refused(3, /no such file/, ['colorize', at('new\nline.mp4'), '-o', at('out.mp4')]);
  });

  it('without a name lies beside the film, as film.color.mp4', async () => {
    const source = at('film.mp4');
    await copyFile(group.film, source);
    await colorize([source, ...FAST]);
    assert.deepEqual(await namesBelow(dirname(source)), ['film.color.mp4', 'film.mp4']);
  });
});

/** Kill the first ffmpeg of a run whose command line matches, as soon as there is one. */
async function killFirst(run: CliRun, mark: RegExp, state: { killed: number }): Promise<void> {
  for (let alive = await run.alive(); alive.length > 0; alive = await run.alive()) {
    for (const pid of alive) {
      if (pid === run.pid || !mark.test(await commandOf(pid))) continue;
      process.kill(pid, 'SIGKILL');
      state.killed = pid;
      return;
    }
  }
}
