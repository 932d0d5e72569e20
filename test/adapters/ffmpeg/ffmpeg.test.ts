import assert from 'node:assert/strict';
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  filmUrl,
  locateFfmpeg,
  pictureInput,
  pictureOutput,
  probeJson,
  spawnFfmpeg,
} from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { runPlainJob } from '../../../src/adapters/ffmpeg/plain-job.ts';
import { liveChildren, startChild } from '../../../src/adapters/workers/child-processes.ts';
import type { KinemacolorError } from '../../../src/errors.ts';
import { everyFfmpeg, makeFilm, temporaryFolder } from '../../fixtures/films.ts';

const run = promisify(execFile);
const ffmpegs = await everyFfmpeg();
const folder = await temporaryFolder();
const kind =
  (wanted: string, text = /./) =>
  (error: KinemacolorError) =>
    error.kind === wanted && text.test(error.message);
/** A source that never ends and never writes by itself. */
const ENDLESS = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=25', '-f', 'rawvideo', 'pipe:1'];

after(() => folder.remove());
afterEach(() => assert.equal(liveChildren(), 0, 'a child process was left behind'));

describe('finding ffmpeg', () => {
  it('takes the newer of the system’s and the bundled one', async () => {
    const chosen = await locateFfmpeg('');
    for (const { major, origin } of ffmpegs) assert.ok(origin === 'given' || chosen.major >= major);
  });

  for (const ffmpeg of ffmpegs) {
    it(`tells what the ${ffmpeg.origin} one can do`, async () => {
      assert.ok(ffmpeg.major >= 4 && ffmpeg.major < 40, String(ffmpeg.major));
      assert.ok(ffmpeg.encoders.has('libx264') && ffmpeg.encoders.has('ffv1'));
      assert.ok(ffmpeg.decoders.has('h264') && !ffmpeg.decoders.has('libx264'));
      assert.equal(ffmpeg.passthrough[1], 'passthrough');
      await spawnFfmpeg(ffmpeg, [
        '-f',
        'lavfi',
        '-i',
        'color=d=0.1',
        ...ffmpeg.passthrough,
        ...ffmpeg.demuxTimebase,
        '-f',
        'null',
        '-',
      ]).exited;
      assert.equal(await locateFfmpeg(ffmpeg.path).then(({ version }) => version), ffmpeg.version);
    });
  }

  it('says what to do where there is none', async () => {
    await assert.rejects(locateFfmpeg('/no/such/ffmpeg'), kind('environment', /install ffmpeg/));
    const impostor = join(folder.path, 'impostor');
    await writeFile(impostor, '#!/bin/sh\necho not ffmpeg\n', { mode: 0o755 });
    await assert.rejects(locateFfmpeg(impostor), kind('environment'));
  });
});

for (const ffmpeg of ffmpegs) {
  describe(`ffmpeg ${ffmpeg.version}`, () => {
    it('a failure tells ffmpeg’s last words and keeps them as its cause', async () => {
      const child = spawnFfmpeg(ffmpeg, ['-v', 'error', '-i', '/no/such/film', '-f', 'null', '-']);
      await assert.rejects(child.exited, (error: KinemacolorError) => {
        assert.equal(error.kind, 'process');
        assert.match(error.message, /exit code (?:1|254) .*No such file/);
        assert.match((error.cause as Error).message, /No such file/);
        return true;
      });
    });

    it('a kill from outside names the signal', async () => {
      const child = spawnFfmpeg(ffmpeg, ENDLESS, { stdout: 'pipe' });
      await once(child.stdout, 'readable');
      process.kill(child.pid!, 'SIGKILL');
      child.stdout.resume();
      await assert.rejects(child.exited, kind('process', /killed by SIGKILL/));
    });

    it('an abort ends it as interrupted, before and during the run', async () => {
      const stop = new AbortController();
      const child = spawnFfmpeg(ffmpeg, ENDLESS, { stdout: 'pipe', signal: stop.signal });
      await once(child.stdout, 'readable');
      stop.abort();
      await assert.rejects(child.exited, kind('interrupted'));
      await assert.rejects(spawnFfmpeg(ffmpeg, ENDLESS, { stdout: 'pipe', signal: stop.signal }).exited, kind('interrupted'));
    });

    it('kill waits until it is gone, and may be called twice', async () => {
      const child = spawnFfmpeg(ffmpeg, ENDLESS, { stdout: 'pipe' });
      await child.kill();
      await child.kill();
      assert.throws(() => process.kill(child.pid!, 0));
    });

    it('runs a plain job to and from hostile names, and says when it fails', async () => {
      const picture = join(folder.path, `-a "b" 'c' %03d\n[d]:e-${ffmpeg.major}.png`);
      const film = await makeFilm('plain', folder.path);
      await runPlainJob(ffmpeg, { input: film, output: picture, outputArgs: ['-vf', 'scale=32:18, hflip', ...pictureOutput] });
      assert.equal((await readFile(picture)).subarray(1, 4).toString(), 'PNG');
      const back = join(folder.path, `back-${ffmpeg.major}.mkv`);
      await runPlainJob(ffmpeg, { input: picture, inputArgs: pictureInput, output: back });
      assert.ok((await stat(back)).size > 0);
      await assert.rejects(runPlainJob(ffmpeg, { input: '/no/such/film', output: back }), kind('process', /could not make/));
      const stop = AbortSignal.abort();
      await assert.rejects(runPlainJob(ffmpeg, { input: film, output: back, signal: stop }), kind('interrupted'));
    });

    it('probes into JSON', async () => {
      const film = await makeFilm('plain', folder.path);
      const probed = (await probeJson(ffmpeg, film, ['-show_streams'])) as { streams: { codec_name: string }[] };
      assert.deepEqual(
        probed.streams.map(stream => stream.codec_name),
        ['h264', 'aac'],
      );
    });

    it('does not outlive a Node that is killed or that exits', async () => {
      for (const end of ['SIGKILL', 'exit'] as const) {
        const parent = fork(fileURLToPath(new URL('../../fixtures/orphan.js', import.meta.url)), [ffmpeg.path], { silent: true });
        const [pids] = (await once(parent, 'message')) as [number[]];
        assert.equal(pids.length, 2);
        for (const pid of pids) process.kill(pid, 0);
        if (end === 'exit') parent.send('exit');
        else parent.kill(end);
        await once(parent, 'exit');
        for (const pid of pids) await gone(pid);
      }
    });
  });
}

/** Wait until a process is gone (or a zombie that nobody reaps); fails after some seconds. */
async function gone(pid: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const { stdout } = await run('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
    if (stdout === '' || stdout.startsWith('Z')) return;
    await wait(50);
  }
  process.kill(pid, 'SIGKILL');
  assert.fail(`ffmpeg ${pid} is still running`);
}

describe('a child process', () => {
  it('gets every stderr line, whole, however it is ended', async () => {
    const lines: string[] = [];
    const child = startChild('sh', ['-c', "printf 'one\\ntwo\\r\\nthree\\rfour' >&2"], { onLine: line => lines.push(line) });
    await child.exited;
    assert.deepEqual(lines, ['one', 'two', 'three', 'four']);
  });

  it('that cannot be started is an error of kind environment', async () => {
    await assert.rejects(startChild('/no/such/program', []).exited, kind('environment'));
  });
});

describe('names for ffmpeg', () => {
  it('are absolute file URLs', () => assert.equal(filmUrl('/a b/%d.mp4'), 'file:/a b/%d.mp4'));
});
