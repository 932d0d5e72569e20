import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type CliEnd, filmWarnings, runCli } from '../../../harness/run-cli.ts';
import { decode, lumaOf, makeTinyFilm, packets, probe, runFfmpeg, type TinyFilm } from '../../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { folderPerTest } from '../../fixtures/folder-per-test.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const CODE = { usage: 2 } as const;
const PRORES = ['-c:v', 'prores_ks', '-profile:v', '1', '-pix_fmt', 'yuv422p10le', '-c:a', 'pcm_s24le'];

describe('colorize: codecs of editors', () => {
  const group = folderPerTest();
  const { at, refused } = group;

  const film = (name: string, more: TinyFilm = {}) => makeTinyFilm(at(name), { scenes: [6], ...more });
  async function colored(source: string, output: string, ...args: string[]): Promise<CliEnd> {
    const end = await runCli(['colorize', source, '-o', at(output), ...TINY, '--json', ...args]);
    assert.equal(end.code, 0, end.stderr);
    return end;
  }
  async function picture(name: string) {
    const { streams, format } = await probe(at(name));
    const found = streams.find(({ codec_type: type }) => type === 'video')!;
    const { codec_name: codec, codec_tag_string: tag, pix_fmt: pixels, profile } = found;
    return { codec, tag, pixels, profile, tags: found.tags as Record<string, string> | undefined, format: format.tags };
  }
  const hashes = async (path: string) => (await packets(path, 'a:0')).map(({ hash }) => hash);

  it('prores is 422 HQ at 10 bit, in mov and mxf; its sound is the source’s', async () => {
    const source = await film('in.mov', { output: PRORES });
    await colored(source, 'out.mov', '--codec', 'prores');
    await colored(source, 'out.mxf', '--codec', 'prores');
    const { tags: _tags, format: _format, ...mov } = await picture('out.mov');
    assert.deepEqual(mov, { codec: 'prores', tag: 'apch', pixels: 'yuv422p10le', profile: mov.profile });
    assert.equal((await picture('out.mxf')).pixels, 'yuv422p10le');
    assert.equal(Buffer.compare(await decode(at('out.mov')), await decode(at('out.mxf'))), 0);
    assert.deepEqual(await hashes(at('out.mov')), await hashes(source));
    const samples = async (path: string) => {
      const raw = at('samples.raw');
      await runFfmpeg(await locateFfmpeg(), ['-i', path, '-map', '0:a', '-f', 's24le', raw]);
      return readFile(raw);
    };
    assert.equal(Buffer.compare(await samples(at('out.mxf')), await samples(source)), 0);
    assert.match((await picture('out.mxf')).format!.comment_kinemacolor!, /Colour synthesised by Kinemacolor/);
  });

  it('what Kinemacolor wrote as mxf it may overwrite; what it did not, it does not', async () => {
    const source = await film('in.mov', { output: PRORES });
    await colored(source, 'out.mxf', '--codec', 'prores');
    await colored(source, 'out.mxf', '--codec', 'prores', '--quality', '30');
    await runFfmpeg(await locateFfmpeg(), ['-i', source, '-map', '0:v', '-c:v', 'mpeg2video', at('foreign.mxf')]);
    await refused(6, /was not made by Kinemacolor/, ['colorize', source, '-o', at('foreign.mxf'), '--codec', 'prores', '-q']);
  });

  for (const [depth, pixelFormat] of [
    [10, 'gray10le'],
    [12, 'gray12le'],
  ] as const)
    it(`prores4444 of a film of ${depth} bit: luma within a few codes`, async () => {
      const source = await film('in.mkv', { pixelFormat, output: ['-c:v', 'ffv1'] });
      const end = await colored(source, 'out.mov', '--codec', 'prores4444');
      const { tag, pixels } = await picture('out.mov');
      assert.equal(tag, 'ap4h');
      assert.match(String(pixels), /^yuv444p1[02]le$/);
      assert.equal(
        filmWarnings(end).some(text => /12 bits are rounded to the 10 /.test(text)),
        depth === 12,
      );
      const [before, after] = [
        await decode(source, [], 'gray16le'),
        await decode(at('out.mov'), ['extractplanes=y'], 'gray16le'),
      ];
      const mean = meanDifference(before, after);
      assert.ok(mean < 65535 / 300, `luma differs by ${mean} of 65535 in the mean`);
    });

  for (const [name, pixelFormat, args] of [
    ['8 bit', 'yuva420p', ['-c:v', 'qtrle', '-pix_fmt', 'argb']],
    ['10 bit', 'yuva444p10le', ['-c:v', 'prores_ks', '-profile:v', '4', '-pix_fmt', 'yuva444p10le']],
  ] as const)
    it(`prores4444 keeps opacity, ${name}: what is opaque stays opaque, what is clear stays clear`, async () => {
      const source = await film('in.mov', { pixelFormat, filters: [HALF_CLEAR], output: args });
      const end = await colored(source, 'out.mov', '--codec', 'prores4444');
      assert.match(String((await picture('out.mov')).pixels), /^yuva444p1[02]le$/);
      assert.ok(!filmWarnings(end).some(text => /opacity/.test(text)));
      const opacity = await opacityOf(at('out.mov'));
      assert.deepEqual([opacity.readUInt16LE(2 * 20), opacity.readUInt16LE(2 * 140)], [1023, 0]);
      assert.equal(opacity.length, 6 * 160 * 90 * 2);
      const lost = await colored(source, 'lost.mov', '--codec', 'prores', '--to', '2f');
      assert.match(filmWarnings(lost).join(), /holds opacity .* not kept in prores: choose --codec prores4444/);
    });

  it('--codec same: the source’s own codec, profile and depth', async () => {
    const sources = {
      'lt.mov': await film('lt.mov', { output: PRORES }),
      'ten.mkv': await film('ten.mkv', { pixelFormat: 'yuv422p10le', sound: 'none' }),
      'gray.mkv': await film('gray.mkv', { pixelFormat: 'gray16le', output: ['-c:v', 'ffv1'] }),
    };
    for (const [name, source] of Object.entries(sources)) await colored(source, `same-${name}`, '--codec', 'same');
    assert.equal((await picture('same-lt.mov')).tag, 'apcs');
    const ten = await picture('same-ten.mkv');
    assert.deepEqual([ten.codec, ten.pixels], ['h264', 'yuv422p10le']);
    const gray = await picture('same-gray.mkv');
    assert.deepEqual([gray.codec, gray.pixels], ['ffv1', 'yuv420p16le']);
    assert.equal(Buffer.compare(await lumaOf(at('same-gray.mkv')), await decode(sources['gray.mkv'])), 0);
  });

  it('--codec same without a name for the result takes the source’s container; a codec that is not written is one sentence', async () => {
    const source = await film('in.mov', { output: PRORES });
    const end = await runCli(['colorize', source, '--codec', 'same', ...TINY, '-q'], { cwd: group.folder });
    assert.equal(end.code, 0, end.stderr);
    assert.equal((await picture('in.color.mov')).tag, 'apcs');
    const mpeg = await film('in.mpg', { output: ['-c:v', 'mpeg2video', '-qp', '-1', '-c:a', 'mp2'] });
    await refused(CODE.usage, /own codec, mpeg2video, is not written here; instead of --codec same choose ffv1/, [
      ...['colorize', mpeg, '-o', at('out.mkv'), '--codec', 'same', '-q'],
    ]);
  });

  it('dnxhr, for Avid, at 8 and 10 bit', async () => {
    const small = { width: 256, height: 144, scenes: [4], sound: 'none' } as const;
    const eight = await makeTinyFilm(at('eight.mkv'), small);
    const ten = await makeTinyFilm(at('ten.mkv'), { ...small, pixelFormat: 'yuv420p10le' });
    await colored(eight, 'eight.mov', '--codec', 'dnxhr');
    await colored(ten, 'ten.mxf', '--codec', 'dnxhr');
    assert.deepEqual([(await picture('eight.mov')).pixels, (await picture('ten.mxf')).pixels], ['yuv422p', 'yuv422p10le']);
    await refused(CODE.usage, /at least 256x120/, ['colorize', group.film, '-o', at('out.mov'), '--codec', 'dnxhr', '-q']);
  });

  it('mxf holds no times: a rate that it does not know, and uneven times, are refused before a shot is made', async () => {
    const slow = await film('slow.mkv', { filters: ['setpts=N/16/TB', 'fps=16'], sound: 'none' });
    const refusal = (source: string) => ['colorize', source, '-o', at('out.mxf'), '--codec', 'prores', ...TINY, '-q'];
    await refused(CODE.usage, /the film has 16; choose \.mov or \.mkv/, refusal(slow));
    const uneven = await film('uneven.mkv', { filters: ["setpts='(N+3*gt(N\\,2))/24/TB'"], sound: 'none' });
    await refused(CODE.usage, /not evenly spaced; choose|does not lie at|choose \.mov or \.mkv/, refusal(uneven));
  });
});

/** Opaque in the left half, clear in the right. */
const HALF_CLEAR = "geq=lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)':a='if(lt(X,80),1023,0)'";

/** Opacity of all frames, 10 bit. */
async function opacityOf(path: string): Promise<Buffer> {
  const raw = await decode(path, [], 'yuva444p10le');
  const plane = 160 * 90 * 2;
  const frames = raw.length / (4 * plane);
  return Buffer.concat(Array.from({ length: frames }, (_, i) => raw.subarray((4 * i + 3) * plane, (4 * i + 4) * plane)));
}

function meanDifference(a: Buffer, b: Buffer): number {
  assert.equal(a.length, b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i += 2) sum += Math.abs(a.readUInt16LE(i) - b.readUInt16LE(i));
  return sum / (a.length / 2);
}
