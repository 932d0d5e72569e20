import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assertOneSentence, CHOSEN_FFMPEG, CLI_MAIN, colorize, runCli } from '../../../harness/run-cli.ts';
import { makeTinyFilm, namesBelow, probe, runFfmpeg } from '../../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { folderPerGroup } from '../../fixtures/films.ts';
import { mountsPerTest } from '../../fixtures/folder-per-test.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const execute = promisify(execFile);
const FAST = ['--preset', 'ultrafast', ...TINY];
/** As the README says. */
const CODE = { source: 3, environment: 5, output: 6 } as const;

describe('what a machine may lack: temporary folder, files to open, room', () => {
  const folder = folderPerGroup();
  let film = '';
  const mount = mountsPerTest();
  const at = (name: string) => join(folder, name);

  before(async () => {
    await runFfmpeg(await locateFfmpeg(), ['-f', 'lavfi', '-i', 'testsrc=s=32x32', '-frames:v', '1', at('cover.png')]);
    // An mp4 whose cover becomes an attachment of the mkv: it lies in a file on its way.
    film = await makeTinyFilm(at('film.mp4'), {
      scenes: [6],
      inputs: ['-i', at('cover.png')],
      output: ['-map', '1:v', '-c:v:1', 'copy', '-disposition:v:1', 'attached_pic'],
    });
  });

  it('TMPDIR that is missing or may not be written is not needed', async () => {
    await mkdir(at('locked'));
    await chmod(at('locked'), 0o555);
    const places = [at('nowhere'), process.getuid?.() === 0 ? '/proc' : at('locked')];
    for (const [i, TMPDIR] of places.entries()) {
      const env = { TMPDIR };
      await colorize([film, '-o', at(`out-${i}.mkv`), ...FAST], { env });
      const { streams } = await probe(at(`out-${i}.mkv`));
      assert.ok(
        streams.some(({ codec_name }) => codec_name === 'png'),
        'the cover is gone',
      );
      for (const args of [
        ['preview', film, '-o', at(`look-${i}`), ...TINY],
        ['keyframes', film, '-o', at(`keys-${i}`), ...TINY],
        ['plan', film, '-o', at(`plan-${i}.json`)],
        ['measure', at(`out-${i}.mkv`), '--source', film, '-o', at(`measured-${i}.json`)],
        ['colorize', at('cover.png'), '-o', at(`photo-${i}.png`), ...TINY],
      ]) {
        const end = await runCli([...args, '--quiet'], { env });
        assert.equal(end.code, 0, `${args[0]}: ${end.stderr}`);
      }
      const doctor = await runCli(['doctor'], { env });
      assert.equal(doctor.code, 0, doctor.stderr);
      assert.match(doctor.stdout, /Cannot write .*\n +-> make that folder, or set TMPDIR to another one/);
    }
    assert.deepEqual(
      (await namesBelow(folder)).filter(name => /\.part|\.kinemacolor/.test(name)),
      [],
    );
  });

  it('a keyframe picture that is a folder', async () => {
    await mkdir(at('keys/000002.png'), { recursive: true });
    const end = await runCli(['colorize', film, '-o', at('never.mp4'), '--keyframes', at('keys'), '--quiet', ...FAST]);
    assertOneSentence(end, CODE.source, /keys\/000002\.png cannot be read: it is a folder/);
  });

  it('few open files: one sentence, or the work is done, and never a stack trace', async function () {
    if (process.platform === 'win32') return this.skip();
    for (const limit of [24, 64, 96, 128, 176, 256]) {
      const output = at(`limit-${limit}.mp4`);
      const script = `ulimit -n ${limit} && exec "$0" "$@"`;
      const args = [CLI_MAIN, 'colorize', film, '-o', output, '--quiet', ...FAST];
      const end = await execute('sh', ['-c', script, process.execPath, ...args], {
        env: { ...process.env, KINEMACOLOR_FFMPEG: CHOSEN_FFMPEG },
      }).then(
        ({ stderr }) => ({ code: 0, stderr }),
        (cause: { code: number; stderr: string }) => cause,
      );
      if (end.code === 0) assert.equal(end.stderr, '', `${limit}`);
      else
        assertOneSentence(
          { ...end, signal: null, stdout: '', events: [] },
          CODE.environment,
          /open files|too many files.*ulimit -n/i,
        );
    }
    assert.ok((await readdir(folder)).includes('limit-256.mp4'));
    assert.deepEqual(
      (await namesBelow(folder)).filter(name => /\.part|lock$/.test(name)),
      [],
    );
  });

  it('too little room is told before the first shot, and once more shots would not help, before they are joined', async function () {
    const disk = at('disk');
    if (!(await mount(disk, 'size=400k'))) return this.skip();
    const source = await makeTinyFilm(at('long.mp4'), { scenes: [8, 12, 12] });
    const end = await runCli(['colorize', source, '-o', join(disk, 'out.mkv'), '--codec', 'ffv1', ...TINY, '--json']);
    assertOneSentence(end, CODE.output, /only [\d.]+ .B of the disk are free; free some space/);
    const types = end.events.map(({ type, message }) =>
      type === 'warning' && /free some space/.test(String(message)) ? 'room' : type,
    );
    assert.ok(types.indexOf('room') >= 0 && types.indexOf('room') < types.indexOf('shot-start'), types.join());
    assert.equal(types.filter(type => type === 'room').length, 1);
  });

  it('a disk that somebody else fills before the shots are joined: one sentence, and the join goes on with more room', async function () {
    const disk = at('narrow');
    if (!(await mount(disk, 'size=32m'))) return this.skip();
    const output = join(disk, 'out.mkv');
    const ballast = join(disk, 'ballast');
    const args = [film, '-o', output, '--codec', 'ffv1', ...TINY];
    const fill = async () => {
      const { bavail, bsize } = await statfs(disk);
      await writeFile(ballast, Buffer.alloc(bavail * bsize - 8192)).catch(() => undefined); // full is full
    };
    const filled: Promise<void>[] = [];
    const end = await runCli(['colorize', ...args, '--json'], {
      onEvent({ type }, run) {
        if (type !== 'shot-done' || filled.length > 0) return;
        run.kill('SIGSTOP'); // the join waits until the disk is full
        filled.push(fill().then(() => run.kill('SIGCONT')));
      },
    });
    await Promise.all(filled);
    assertOneSentence(end, CODE.output, /free some space|disk is full|No space left/);
    assert.deepEqual(
      (await namesBelow(disk)).filter(name => /\.part$|^out\.mkv$|lock$/.test(name)),
      [],
    );
    await writeFile(ballast, '');
    await colorize([...args, '--report', at('narrow.json')]);
    const { shots } = JSON.parse(await readFile(at('narrow.json'), 'utf8')) as { shots: { reused: boolean }[] };
    assert.deepEqual(
      shots.map(({ reused }) => reused),
      [true],
    );
  });
});
