import assert from 'node:assert/strict';
import type { Film } from '../../../src/media/film/film.ts';
import type { PictureFormat } from '../../../src/media/film/frame.ts';
import type { Codec } from '../../../src/options.ts';
import { chooseEncoding, containerOf } from '../../../src/stages/encode/codecs.ts';
import { plainFilm } from '../../fixtures/color-frames.ts';

const ffmpeg = {
  path: '/usr/bin/ffmpeg',
  encoders: new Set(['libx264', 'libx265', 'prores_ks', 'dnxhd', 'v210', 'ffv1', 'hevc_nvenc']),
};
const choose = (
  codec: Codec,
  format: Partial<PictureFormat>,
  more: { output?: string; film?: Partial<Film>; quality?: number } = {},
) => chooseEncoding(plainFilm(format, more.film), { codec, quality: more.quality ?? 18 }, more.output ?? 'o.mkv', ffmpeg);
const interlaced = { fieldOrder: 'tff' } as const;

describe('chooseEncoding', () => {
  const cases: [Codec, Partial<PictureFormat>, string, Partial<Film>?][] = [
    ['x264', { width: 64, height: 36 }, 'yuv420p'],
    ['x264', { width: 64, height: 37 }, 'yuv422p'],
    ['x264', { width: 641, height: 361 }, 'yuv444p'],
    ['x264', { width: 64, height: 36, depth: 9 }, 'yuv420p10le'],
    ['x264', { width: 720, height: 486 }, 'yuv422p', interlaced],
    ['x265', { width: 64, height: 36, depth: 12 }, 'yuv420p12le'],
    ['x265', { width: 720, height: 486 }, 'yuv420p', interlaced],
    ['x265', { width: 65, height: 36, depth: 10 }, 'yuv444p10le'],
    ['prores', { width: 641, height: 361 }, 'yuv422p10le'],
    ['prores4444', { width: 641, height: 361 }, 'yuv444p10le'],
    ['prores4444', { depth: 12 }, 'yuva444p10le', { codedPixelFormat: 'yuva444p12le' }],
    ['ffv1', {}, 'yuva420p', { codedPixelFormat: 'bgra' }],
    ['v210', {}, 'yuv422p10le'],
    ['dnxhr', { width: 640, height: 360 }, 'yuv422p'],
    ['same', { depth: 10 }, 'yuv422p10le', { videoCodec: 'h264', pixelFormat: 'yuv422p10le' }],
    ['same', {}, 'yuv420p', { videoCodec: 'hevc', pixelFormat: 'gray' }],
    ['ffv1', { width: 641, height: 361, depth: 11 }, 'yuv444p12le'],
    ['ffv1', { depth: 16 }, 'yuv420p16le'],
    ['hevc_nvenc', { depth: 10 }, 'yuv420p10le'],
  ];
  for (const [codec, format, pixelFormat, film] of cases) {
    const shape = `${format.width ?? 32}x${format.height ?? 18}, ${format.depth ?? 8} bit${film ? ', interlaced' : ''}`;
    it(`${codec} stores ${shape} as ${pixelFormat}`, () => {
      assert.equal(choose(codec, format, film && { film }).pixelFormat, pixelFormat);
    });
  }

  it('has a note if it stores more chroma than usual, and none otherwise', () => {
    assert.match(choose('x264', { width: 641, height: 361 }).notes.join(), /641x361 .* 4:4:4/);
    assert.deepEqual(choose('x264', {}).notes, []);
    assert.match(choose('prores', { range: 'full' }).notes.join(), /full range/);
    assert.match(choose('x265', {}, { film: interlaced }).notes.join(), /field order/);
  });

  it('never lowers the depth: refuses, and names codecs that keep it', () => {
    assert.throws(() => choose('x264', { depth: 12 }), { kind: 'usage', message: /12 bits .* choose x265 or ffv1/ });
    assert.throws(() => choose('v210', { depth: 12 }), { kind: 'usage', message: /choose x265 or ffv1/ });
    assert.throws(() => choose('x265', { depth: 16 }), { kind: 'usage', message: /choose ffv1/ });
  });

  it('rounds for ProRes, which editors expect of a deep film, and has a note', () => {
    for (const codec of ['prores', 'prores4444'] as const) {
      const { depth, notes } = choose(codec, { depth: 12 });
      assert.equal(depth, 10);
      assert.match(notes.join(), /12 bits are rounded to the 10 .*--codec ffv1 keeps them all/);
    }
    assert.deepEqual(choose('prores4444', { depth: 10 }).notes, []);
  });

  it('the source’s own codec: the profile of ProRes, too; one that is not written here is refused', () => {
    const same = (film: Partial<Film>) => choose('same', {}, { film, quality: 40 });
    for (const [codecTag, codec, profile] of [
      ['apcs', 'prores', 1],
      ['apch', 'prores', 3],
      ['ap4x', 'prores4444', 5],
    ] as const) {
      const encoding = same({ videoCodec: 'prores', codecTag });
      assert.equal(encoding.codec, codec);
      assert.match(encoding.encoderArgs.join(' '), new RegExp(`-profile:v ${profile}`));
    }
    assert.throws(() => same({ videoCodec: 'mpeg2video' }), { kind: 'usage', message: /mpeg2video, is not written here/ });
  });

  it('refuses a chroma-only pass with loss, and a picture too small for DNxHR', () => {
    const pass = { quality: 0, layout: 'chroma-only' } as const;
    assert.throws(() => chooseEncoding(plainFilm(), { codec: 'x264', ...pass }, 'o.mkv', ffmpeg), { message: /--codec v210/ });
    assert.equal(chooseEncoding(plainFilm(), { codec: 'ffv1', ...pass }, 'o.mkv', ffmpeg).codec, 'ffv1');
    assert.throws(() => choose('dnxhr', {}), { kind: 'usage', message: /at least 256x120/ });
  });

  it('refuses a size that would have to be padded', () => {
    assert.throws(() => choose('hevc_nvenc', { width: 33, height: 18 }), { kind: 'usage', message: /33x18/ });
    assert.throws(() => choose('x264', { width: 33, height: 19 }, { film: interlaced }), { kind: 'usage' });
  });

  it('takes threads from the picture, not from the machine', () => {
    const threads = (codec: Codec, height: number) =>
      choose(codec, { width: 64, height })
        .encoderArgs.join(' ')
        .match(/-threads \d+|frame-threads=\d+:pools=\d+/)?.[0];
    assert.deepEqual(
      [90, 1080, 4320].map(height => threads('x264', height)),
      ['-threads 1', '-threads 8', '-threads 16'],
    );
    assert.deepEqual(
      [90, 1080, 4320].map(height => threads('x265', height)),
      ['frame-threads=1:pools=1', 'frame-threads=3:pools=8', 'frame-threads=4:pools=16'],
    );
  });

  it('refuses an encoder that is not there', () => {
    assert.throws(() => choose('h264_qsv', {}), { kind: 'environment', message: /h264_qsv/ });
  });

  it('refuses a container that cannot hold the codec', () => {
    assert.throws(() => choose('ffv1', {}, { output: 'o.mp4' }), { kind: 'usage', message: /\.mkv/ });
    assert.throws(() => choose('prores', {}, { output: 'o.mp4' }), { kind: 'usage', message: /\.mov/ });
    assert.equal(choose('prores', {}, { output: 'o.MOV' }).codec, 'prores');
  });

  it('codes fields as fields, and quality in each codec’s words', () => {
    const spoken = (...args: Parameters<typeof choose>) => choose(...args).encoderArgs.join(' ');
    assert.match(spoken('x264', { height: 20 }, { film: interlaced }), /\+ildct\+ilme .*tff=1/);
    assert.match(spoken('x264', {}, { quality: 23 }), /-crf 23/);
    assert.match(spoken('prores', {}, { quality: 18 }), /-profile:v 3/);
    assert.match(spoken('prores', {}, { quality: 40 }), /-profile:v 0/);
  });
});

describe('containerOf', () => {
  it('knows five extensions and refuses the rest in one sentence', () => {
    assert.deepEqual(['a.mp4', 'a.m4v', 'a.b.MOV', '%d .mkv', 'a.mxf'].map(containerOf), ['mp4', 'm4v', 'mov', 'mkv', 'mxf']);
    for (const name of ['a.avi', 'a.webm', 'mp4', '.mkv']) assert.throws(() => containerOf(name), { kind: 'usage' });
  });
});
