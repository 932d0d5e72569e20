import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Ffmpeg, probeJson } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { chooseEncoding } from '../../../src/stages/encode/codecs.ts';
import { probeFilm } from '../../../src/stages/probe/probe.ts';
import { ffmpegRun } from '../../fixtures/films.ts';
import { openRemuxBench } from '../../fixtures/remux-bench.ts';

const HDR10 =
  'log-level=error:hdr10=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:max-cll=1000,400' +
  ':master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)';
const SHOWN = {
  mastering: {
    red: [0.68, 0.32],
    green: [0.265, 0.69],
    blue: [0.15, 0.06],
    white: [0.3127, 0.329],
    minLuminance: 0.0001,
    maxLuminance: 1000,
  },
  light: { content: 1000, average: 400 },
};

describe('HDR metadata and opacity', () => {
  const { bench, remade } = openRemuxBench();

  /** Rounded as containers round. */
  const rounded = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (_, v) => (typeof v === 'number' ? Number(v.toFixed(4)) : v));

  /** What a file's own header says, not its pictures. */
  async function sideData(path: string, ffmpeg: Ffmpeg): Promise<string> {
    return JSON.stringify(
      ((await probeJson(ffmpeg, path, ['-show_streams', '-select_streams', 'v'])) as { streams: unknown }).streams,
    );
  }

  it('of HDR10 are the source\u2019s in every container and codec that can say them, and what cannot is told', async () => {
    const source = join(bench.folder.path, 'hdr.mkv');
    const pictures = ['-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=24:d=0.5,format=yuv420p10le'];
    await ffmpegRun([...pictures, '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', HDR10, source]);
    for (const ffmpeg of bench.ffmpegs) {
      for (const [container, codec] of [
        ['mkv', 'x265'],
        ['mkv', 'ffv1'],
        ['mp4', 'x264'],
      ] as const) {
        const { film, output, warnings } = await remade(source, `hdr-${codec}.${container}`, ffmpeg, codec);
        assert.deepEqual(rounded(film.hdr), SHOWN);
        const message = warnings.join();
        if (/HDR metadata .* cannot be written to mp4/.test(message)) assert.ok(ffmpeg.major < 5 && container === 'mp4');
        else {
          assert.match(
            await sideData(output, ffmpeg),
            /Mastering display.*Content light level|Content light level.*Mastering display/,
          );
          assert.deepEqual(rounded((await probeFilm(output, ffmpeg)).hdr), SHOWN, `${ffmpeg.version} ${codec} ${container}`);
        }
      }
    }
  });

  it('dropped opacity is reported', async () => {
    for (const ffmpeg of bench.ffmpegs) {
      for (const [name, args, format] of [
        ['yuva.mov', ['-c:v', 'prores_ks', '-profile:v', '4', '-pix_fmt', 'yuva444p10le'], 'yuva444p'],
        ['bgra.mkv', ['-c:v', 'ffv1', '-pix_fmt', 'bgra'], 'bgra'],
      ] as const) {
        const source = join(bench.folder.path, name);
        await ffmpegRun(['-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=24:d=0.2', ...args, source]);
        const { notes } = chooseEncoding(await probeFilm(source, ffmpeg), { codec: 'x265', quality: 18 }, '', ffmpeg);
        assert.match(notes.join(), new RegExp(`holds opacity \\(${format}\\w*\\), which is not kept`));
      }
      const plain = join(bench.folder.path, 'plain.mkv');
      await ffmpegRun(['-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=24:d=0.2', '-c:v', 'ffv1', '-pix_fmt', 'bgr0', plain]);
      assert.deepEqual(chooseEncoding(await probeFilm(plain, ffmpeg), { codec: 'x265', quality: 18 }, '', ffmpeg).notes, []);
    }
  });
});
