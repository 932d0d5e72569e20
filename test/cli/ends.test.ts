import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { assertOneSentence, CHOSEN_FFMPEG, CLI_MAIN, type CliEnd, colorize, runCli } from '../../harness/run-cli.ts';
import { lumaOf, makeTinyFilm, namesBelow } from '../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../src/adapters/ffmpeg/ffmpeg.ts';
import { UNCAUGHT } from '../fixtures/failing-words.ts';
import { folderPerGroup } from '../fixtures/films.ts';
import { writeTinyModel } from '../fixtures/models/models.ts';

/** As the README says. */
const CODE = { internal: 1, source: 3, environment: 5, output: 6, process: 7 } as const;
const FAILING = new URL('../fixtures/failing-calls.js', import.meta.url).href;

/** Load a module before the command line. */
const loading = (module: string) => ({ NODE_OPTIONS: `--import=${module}` });
const inLine = (code: string) => loading(`data:text/javascript,${encodeURIComponent(code)}`);

describe('colorize: it ends with a sentence and an exit code, whatever happens', () => {
  const folder = folderPerGroup();
  let film = '';
  let model = '';
  /** A folder of its own for each test, where nothing may be left. */
  let place = '';
  const count = { tests: 0 };
  const at = (name: string) => join(place, name);
  const args = (...more: string[]) => [
    ...['colorize', film, '-o', at('out.mkv'), '--quiet', '--codec', 'ffv1', '--model', model, '--device', 'cpu'],
    ...more,
  ];

  before(async () => {
    film = await makeTinyFilm(join(folder, 'film.mp4'), { width: 64, height: 48, scenes: [6, 6] });
    model = await writeTinyModel(folder, 'obedient');
  });
  beforeEach(async () => {
    place = join(folder, String(count.tests++));
    await mkdir(place);
  });

  /** Finished shots may stay for the next run; halves, locks and an output may not. */
  async function assertTidy(end: CliEnd): Promise<void> {
    const left = await namesBelow(place);
    const untidy = left.filter(name => name.endsWith('.part') || ['lock', 'out.mkv'].includes(basename(name)));
    assert.deepEqual(untidy, [], end.stderr);
  }

  const failures: [string, number, RegExp][] = [
    ['ffprobe for probing is killed@0', CODE.process, /ffprobe was killed/],
    ['ffmpeg for the survey is killed at work@0', CODE.process, /ffmpeg was killed by SIGKILL/],
    ['ffmpeg for decoding is killed at work@0', CODE.process, /ffmpeg was killed by SIGKILL/],
    ['ffmpeg for encoding is killed@0', CODE.process, /ffmpeg was killed by SIGKILL/],
    ['ffmpeg for encoding is killed at work@1', CODE.process, /ffmpeg was killed by SIGKILL/],
    ['ffmpeg for joining ends with 1@0', CODE.process, /ended with exit code 1/],
    ['the thread of the model dies at run@2', CODE.environment, /the thread of the model ended/],
    ['the model fails@1', CODE.environment, /Model "obedient" failed/],
    ['a thread dies at the task propagateChroma@0', CODE.internal, /The computation ".*" failed/],
    ['file.writev@3', CODE.output, /Cannot write/],
    ['fs.createReadStream@0', CODE.environment, /model card .* cannot be read: EIO/],
  ];
  for (const [call, code, sentence] of failures) {
    it(`where this fails: ${call}`, async () => {
      // Some children are done before they are killed at work; a run that none was left to fail in is whole.
      const end = await runCli(args(), { env: { ...loading(FAILING), KINEMACOLOR_TEST_FAIL: call } });
      if (end.code === 0 && call.includes('at work')) return;
      assertOneSentence(end, code, sentence);
      await assertTidy(end);
    });
  }

  /** What an ffmpeg does instead of a job, as a shell does it, though it exits with 0. */
  const liars: Readonly<Record<string, [string, number, RegExp]>> = {
    'writes no packets': ['*"-f matroska pipe:1") cat >/dev/null', CODE.process, /Expected 6 encoded frames .* ffmpeg wrote 0/],
    'writes noise for packets': ['*"-f matroska pipe:1") cat >/dev/null; head -c 9999 /dev/urandom', CODE.process, /from ffmpeg/],
    'writes pictures without times': ['*showinfo*"p pipe:1") head -c 99999 /dev/zero', CODE.process, /not its time/],
    'writes no film': [
      '*"-f matroska "*"-i pipe:0"*) cat >/dev/null',
      CODE.process,
      /did not finish the result: it holds 0 of 2/,
    ],
  };
  for (const [what, [job, code, sentence]] of Object.entries(liars)) {
    it(`where an ffmpeg that exits with 0 ${what}`, async () => {
      const liar = join(place, 'ffmpeg');
      const { path } = await locateFfmpeg(CHOSEN_FFMPEG);
      await writeFile(liar, `#!/bin/sh\ncase "$*" in ${job}; exit 0 ;; esac\nexec '${path}' "$@"\n`, { mode: 0o755 });
      const end = await runCli(args(), { env: { KINEMACOLOR_FFMPEG: liar } });
      assertOneSentence(end, code, sentence);
      await assertTidy(end);
    });
  }

  it('where its words cannot be written, its working folder is gone, or its memory is refused', async function () {
    if (process.platform !== 'linux') return this.skip();
    const shell = (script: string, words: readonly string[] = ['models', 'list']) =>
      new Promise<{ code: number; stderr: string }>(resolve => {
        const command = ['-c', script, process.execPath, CLI_MAIN, ...words];
        execFile('/bin/sh', command, { cwd: place }, (error, _, stderr) => resolve({ code: Number(error?.code ?? 0), stderr }));
      });
    const full = await shell('"$0" "$@" > /dev/full');
    assert.match(full.stderr, /^kinemacolor: Cannot write standard output: the disk is full[^\n]+\n$/);
    assert.equal(full.code, CODE.output);
    assert.equal((await shell('"$0" "$@" 2> /dev/full')).code, 0);
    const gone = await shell('mkdir gone; cd gone; rmdir ../gone; "$0" "$@"');
    assert.match(gone.stderr, /^kinemacolor: The folder that this shell stands in was removed[^\n]+\n$/);
    assert.equal(gone.code, CODE.environment);
    const small = await shell('ulimit -v 6000000; "$0" "$@"', args());
    assert.match(small.stderr, /^kinemacolor: [^\n]+ allow more with "ulimit -v unlimited"\.\n$/);
    assert.equal(small.code, CODE.environment);
  });

  it('where an error is thrown and nobody listens', async () => {
    for (const work of ['decoding', 'encoding', 'joining']) {
      const call = `ffmpeg for ${work} ${UNCAUGHT}@0`;
      const end = await runCli(args(), { env: { ...loading(FAILING), KINEMACOLOR_TEST_FAIL: call } });
      assert.equal(end.stderr, 'kinemacolor: Internal error, please report it: it comes from nowhere\n');
      assert.equal(end.code, CODE.internal);
      await assertTidy(end);
    }
  });

  it('where nothing is left that could end it', async () => {
    const mute = `import { Worker } from "node:worker_threads";
      const { postMessage } = Worker.prototype;
      Worker.prototype.ref = function () {};
      Worker.prototype.postMessage = function (message, ...more) {
        if (message.kind !== "run") postMessage.call(this, message, ...more);
      };`;
    const end = await runCli(args(), { env: inLine(mute) });
    assertOneSentence(end, CODE.internal, /came to a standstill while it waited for .*the model's answer.*please report it/);
  });

  it('where keyframe pictures are of another size, each time', async () => {
    await mkdir(join(folder, 'keys'));
    const background = { r: 200, g: 80, b: 60 };
    for (const name of ['000002.png', '000008.png'])
      await sharp({ create: { width: 30, height: 48, channels: 3, background } })
        .png()
        .toFile(join(folder, 'keys', name));
    for (let i = 0; i < 4; i++) {
      const end = await runCli(args('--keyframes', join(folder, 'keys')));
      assertOneSentence(end, CODE.source, /to be 64x48.*received 30x48/);
      await assertTidy(end);
    }
  });

  const SIZES: [number, number][] = [
    [1, 1],
    [2, 2],
    [7, 7],
    [6, 80],
    [90, 4],
  ];
  for (const [width, height] of SIZES) {
    it(`with a film of ${width}x${height}`, async () => {
      const output = ['-c:v', 'ffv1', '-c:a', 'flac'];
      const source = await makeTinyFilm(at('small.mkv'), { width, height, scenes: [5], pixelFormat: 'gray', output });
      await colorize([source, '-o', at('out.mkv'), '--codec', 'ffv1', '--device', 'cpu', '--quiet']);
      assert.equal(Buffer.compare(await lumaOf(at('out.mkv')), await lumaOf(source)), 0);
      await colorize([source, '-o', at('out.mp4'), '--preset', 'ultrafast', '--model', model, '--device', 'cpu', '--quiet']);
    });
  }
});
