import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { runCli } from '../../../harness/run-cli.ts';
import { decode, makeTinyFilm, probe, runFfmpeg } from '../../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { folderPerTest } from '../../fixtures/folder-per-test.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

describe('colorize --layout chroma-only', () => {
  const group = folderPerTest();
  const { at, refused } = group;

  async function colored(source: string, output: string, ...args: string[]): Promise<string> {
    const end = await runCli(['colorize', source, '-o', at(output), ...TINY, '-q', ...args]);
    assert.equal(end.code, 0, end.stderr);
    return at(output);
  }

  /** Largest difference of two files of samples, in code values. */
  function worst(a: Buffer, b: Buffer, bytes: 1 | 2): number {
    assert.equal(a.length, b.length);
    let most = 0;
    for (let i = 0; i < a.length; i += bytes)
      most = Math.max(most, Math.abs(bytes === 1 ? a[i]! - b[i]! : a.readUInt16LE(i) - b.readUInt16LE(i)));
    return most;
  }

  for (const [codec, ending, pixelFormat, planes, bytes] of [
    ['ffv1', 'mkv', 'yuv420p', '0x001020', 1],
    ['v210', 'mov', 'yuv422p10le', '0x001020', 2],
  ] as const)
    it(`${codec}: laid over the original, the pass gives the film in colour, within one code value`, async () => {
      const source = await makeTinyFilm(at('in.mkv'), { pixelFormat, scenes: [5, 4], output: ['-c:v', 'ffv1'] });
      const pass = await colored(source, `pass.${ending}`, '--codec', codec, '--layout', 'chroma-only');
      const film = await colored(source, `film.${ending}`, '--codec', codec);
      const raw = at('laid.raw');
      const even = 'settb=1/24,setpts=N'; // Matroska rounds times to milliseconds
      const over = `[0:v]${even},extractplanes=y[y];[1:v]${even},extractplanes=u+v[u][v];[y][u][v]mergeplanes=${planes}:${pixelFormat}`;
      const ffmpeg = await locateFfmpeg();
      await runFfmpeg(ffmpeg, ['-i', source, '-i', pass, '-filter_complex', over, ...ffmpeg.passthrough, '-f', 'rawvideo', raw]);
      const [laid, expected] = [await readFile(raw), await decode(film)];
      assert.ok(worst(laid, expected, bytes) <= 1);
      assert.ok(worst(expected, await decode(source), bytes) > 4, 'it has no colour');
      const luma = await decode(pass, ['extractplanes=y'], bytes === 1 ? 'gray' : 'gray10le');
      assert.deepEqual(
        [...new Set(bytes === 1 ? luma : new Uint16Array(luma.buffer, luma.byteOffset, luma.length / 2))],
        [bytes === 1 ? 126 : 502],
      );
      const { streams } = await probe(pass);
      assert.equal(streams[0]!.pix_fmt, pixelFormat);
    });

  it('with loss, or as pictures, it is refused in one sentence', async () => {
    const pass = (output: string, ...args: string[]) => [
      ...['colorize', group.film, '-o', at(output), '--layout', 'chroma-only', ...TINY, '-q', ...args],
    ];
    await refused(2, /without loss, which x264 is not; add --codec v210 \(\.mov/, pass('out.mov'));
    await refused(2, /A chroma-only pass is a film \(\.mov, \.mkv\)/, pass('c_%04d.tif'));
  });
});
