import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { CHOSEN_FFMPEG, CLI_MAIN } from '../../../harness/run-cli.ts';
import { decode, lumaOf, makeTinyFilm, namesBelow, packets, probe } from '../../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { folderPerTest } from '../../fixtures/folder-per-test.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

interface ShellEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('colorize: pipes', () => {
  const group = folderPerTest(); // twelve frames
  const { at } = group;

  /** Run a line of the shell in the test's folder; `KC` and `FF` are the two programs. A pipe ends as its first failure does. */
  async function shell(line: string): Promise<ShellEnd> {
    const { path } = await locateFfmpeg();
    const env = {
      ...process.env,
      ...{ KINEMACOLOR_FFMPEG: CHOSEN_FFMPEG, TMPDIR: group.folder, FILM: group.film, TINY: TINY.join(' ') },
      ...{ KC: `${process.execPath} ${CLI_MAIN}`, FF: `${path} -nostdin -v error -y` },
    };
    return new Promise(resolve => {
      execFile('bash', ['-o', 'pipefail', '-c', line], { cwd: group.folder, env, encoding: 'utf8' }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  }

  it('y4m in, y4m out: luma kept to the code, every frame, colour, and nothing left behind', async () => {
    const end = await shell('$FF -i $FILM -f yuv4mpegpipe - | $KC - $TINY | $FF -f yuv4mpegpipe -i - -c:v ffv1 out.mkv');
    assert.equal(end.code, 0, end.stderr);
    assert.equal(Buffer.compare(await lumaOf(at('out.mkv')), await lumaOf(group.film)), 0);
    assert.ok((await decode(at('out.mkv'), ['extractplanes=u'])).some(value => value !== 128));
    assert.equal((await probe(at('out.mkv'))).streams[0]!.r_frame_rate, '24/1');
    assert.match(end.stderr, /standard output: 12 frames in 2 shots/);
    assert.deepEqual(await namesBelow(group.folder), ['out.mkv']);
  });

  it('ten bit stays ten bit', async () => {
    await makeTinyFilm(at('ten.mkv'), { scenes: [4], sound: 'none', pixelFormat: 'yuv420p10le', output: ['-c:v', 'ffv1'] });
    const end = await shell(
      '$FF -i ten.mkv -strict -1 -f yuv4mpegpipe - | $KC colorize - -o - $TINY -q > out.y4m && $FF -i out.y4m -c:v ffv1 out.mkv',
    );
    assert.equal(end.code, 0, end.stderr);
    assert.equal((await probe(at('out.mkv'))).streams[0]!.pix_fmt, 'yuv420p10le');
    assert.equal(Buffer.compare(await lumaOf(at('out.mkv')), await lumaOf(at('ten.mkv'))), 0);
  });

  it('a pipe into a file, and a file into a pipe', async () => {
    const [into, from] = await Promise.all([
      shell('$FF -i $FILM -f yuv4mpegpipe - | $KC -i - -o into.mkv --codec ffv1 $TINY -q'),
      shell('$KC colorize $FILM -o - $TINY -q > from.y4m'),
    ]);
    assert.deepEqual([into.code, from.code], [0, 0], into.stderr + from.stderr);
    assert.equal((await packets(at('into.mkv'), 'v:0')).length, 12);
    assert.equal((await readFile(at('from.y4m'))).toString('latin1', 0, 10), 'YUV4MPEG2 ');
    assert.equal(Buffer.compare(await lumaOf(at('from.y4m')), await lumaOf(at('into.mkv'))), 0);
    assert.deepEqual(await namesBelow(group.folder), ['from.y4m', 'into.mkv']);
  });

  it('raw pictures in, of a format, size and rate that options name', async () => {
    const raw = '$FF -i $FILM -vf extractplanes=y,format=gray16le -f rawvideo -';
    const end = await shell(
      `${raw} | $KC colorize - --pixel-format gray16le --size 160x90 --fps 16 -o raw.mkv --codec ffv1 $TINY -q && ${raw} > raw.gray`,
    );
    assert.equal(end.code, 0, end.stderr);
    assert.equal((await probe(at('raw.mkv'))).streams[0]!.r_frame_rate, '16/1');
    assert.equal(Buffer.compare(await lumaOf(at('raw.mkv')), await readFile(at('raw.gray'))), 0);
    assert.deepEqual(await namesBelow(group.folder), ['raw.gray', 'raw.mkv']);
  });

  it('a reader that goes away ends the run quietly; what cannot be piped is one sentence', async () => {
    const gone = await shell('$KC colorize $FILM -o - $TINY -q | head -c 100 > head.y4m');
    assert.deepEqual([gone.code, gone.stderr], [0, '']);
    const refused = async (line: string, code: number, sentence: RegExp) => {
      const end = await shell(line);
      assert.match(end.stderr, /^kinemacolor: [^\n]+\n$/);
      assert.match(end.stderr, sentence);
      assert.equal(end.code, code);
    };
    await refused('echo Dear archive | $KC - -q > none', 3, /Expected y4m on standard input, received something else/);
    await refused('$KC - -q < /dev/null > none', 3, /Expected y4m on standard input, received nothing/);
    await refused('$KC colorize $FILM -o - --json > none', 2, /Standard output cannot get y4m, since the events of --json/);
    await refused('$KC colorize $FILM -o - --codec x264 > none', 2, /which has no codec; leave --codec out/);
    const raw = '$KC colorize - -q -o out.mkv --pixel-format';
    await refused(
      `head -c 100 /dev/zero | ${raw} gray --size 8x8`,
      3,
      /whole pictures of 64 bytes \(8x8, gray\), received 1 and a part of one/,
    );
    await refused(`${raw} gray < /dev/null`, 2, /need both --pixel-format and --size/);
    await refused(`${raw} gray --size 8 < /dev/null`, 2, /a size in pixels such as 512x512 \(--size\), received "8"/);
    await refused(`${raw} cmyk --size 8x8 < /dev/null`, 2, /a pixel format such as gray, gray16le.*received "cmyk"/);
    await refused('$KC colorize $FILM --size 8x8 -o out.mkv -q', 2, /Raw pictures come on standard input/);
    await refused('$KC plan - < /dev/null', 2, /Only "colorize" takes "-"/);
  });
});
