import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { runCli } from '../../../harness/run-cli.ts';
import { lumaOf, namesBelow, packets, runFfmpeg } from '../../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { findCard } from '../../../src/adapters/models/model-cards.ts';
import { modelFolders } from '../../../src/adapters/models/model-folders.ts';
import type { StillReport } from '../../../src/pipeline/stills/render-still.ts';
import { folderPerTest } from '../../fixtures/folder-per-test.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';
import {
  colorfulness,
  grayScene,
  imageOf,
  LOSSLESS_TIFF,
  lumaOfRgb,
  type Samples,
  samplesOf,
  TILED_HEIC,
} from '../../fixtures/stills.ts';

const CODE = { usage: 2, source: 3, model: 5 } as const;
const [WIDTH, HEIGHT] = [60, 44];

describe('colorize: stills in other formats', () => {
  const group = folderPerTest();
  const { at, refused } = group;
  const run = (...args: string[]) => runCli(['colorize', ...args, ...TINY, '--quiet'], { cwd: group.folder });

  /** A PGM of a scene: the header, then samples, the high byte first. */
  function pgm({ width, height, depth, data }: Samples): Buffer {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const samples = depth === 16 ? Buffer.from(bytes).swap16() : bytes;
    return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n${2 ** depth - 1}\n`), samples]);
  }

  function distance(luma: Float64Array, { data }: Samples): number {
    return luma.reduce((most, y, i) => Math.max(most, Math.abs(y - data[i]!)), 0);
  }

  it('GIF, BMP, JPEG 2000, PGM, PPM and AVIF become PNG, luma and depth as they were', async () => {
    const [scene, deep] = [grayScene(WIDTH, HEIGHT), grayScene(WIDTH, HEIGHT, 16)];
    await mkdir(at('in'));
    const png = await imageOf(scene).png().toBuffer();
    await writeFile(at('gray.png'), png);
    const ffmpeg = await locateFfmpeg();
    const convert = (name: string, ...options: string[]) =>
      runFfmpeg(ffmpeg, ['-i', at('gray.png'), ...options, at(`in/${name}`)]);
    await convert('b.bmp', '-pix_fmt', 'bgr24');
    await convert('j.jp2', '-c:v', 'jpeg2000', '-pred', 'dwt53');
    await convert('p.ppm');
    await writeFile(at('in/g.pgm'), pgm(scene));
    await writeFile(at('in/deep.pgm'), pgm(deep));
    await sharp(png).gif().toFile(at('in/still.gif'));
    await sharp(png).avif({ lossless: true, chromaSubsampling: '4:4:4' }).toFile(at('in/a.avif'));
    const end = await run('in', '-o', 'out');
    assert.equal(end.code, 0, end.stderr);
    const names = ['a.png', 'b.png', 'deep.png', 'g.png', 'j.png', 'p.png', 'still.png'];
    assert.deepEqual((await namesBelow(at('out'))).sort(), names);
    for (const name of names) {
      const result = await samplesOf(at(`out/${name}`));
      const source = name === 'deep.png' ? deep : scene;
      assert.equal(result.depth, source.depth, name);
      assert.ok(colorfulness(result) > 0.01, `${name} is gray`);
      const most = { 'still.png': 12, 'a.png': 2 }[name] ?? 0.501; // a GIF has 256 colours
      assert.ok(distance(lumaOfRgb(result), source) < most, `${name}: luma is off by ${distance(lumaOfRgb(result), source)}`);
    }
  });

  it('an animated GIF is a film; one picture that is said to repeat is a picture', async () => {
    await runFfmpeg(await locateFfmpeg(), ['-i', group.film, '-frames:v', '4', at('moving.gif')]);
    const end = await run('moving.gif', '-o', 'out.mkv', '--codec', 'ffv1');
    assert.equal(end.code, 0, end.stderr);
    assert.equal((await packets(at('out.mkv'), 'v:0')).length, 4);
    assert.ok((await lumaOf(at('out.mkv'))).length > 0);
    await runFfmpeg(await locateFfmpeg(), ['-i', group.film, '-frames:v', '1', at('one.gif')]);
    assert.ok((await readFile(at('one.gif'))).includes('NETSCAPE2.0'));
    assert.equal((await run('one.gif', '-o', 'one.png', '--palette', 'viridis')).code, 0);
  });

  it('a 16-bit micrograph: looked at through a window, by the model and by a palette; the data keep their depth', async () => {
    const deep = grayScene(WIDTH, HEIGHT, 16);
    const low = { ...deep, data: deep.data.map(code => code >> 4) };
    await imageOf(low).tiff(LOSSLESS_TIFF).toFile(at('low.tif'));
    const window = ['--window', '2048,4096']; // in code values of the source, whatever the result's depth
    const rounded = { ...low, depth: 8 as const, data: Uint8Array.from(low.data, code => Math.round(code / 257)) };
    for (const [name, source, ...more] of [
      ['model.tif', low],
      ['palette.tif', low, '--palette', 'magma'],
      ['palette.webp', rounded, '--palette', 'magma', '--report', 'webp.json'],
    ] as const) {
      const end = await run('low.tif', '-o', name, ...window, ...more);
      assert.equal(end.code, 0, end.stderr);
      const result = await samplesOf(at(name));
      assert.equal(result.depth, source.depth);
      assert.ok(distance(lumaOfRgb(result), source) < 0.501, name);
      assert.ok(16 * colorfulness(result) > 0.01, `${name} is gray`);
    }
    const { colorBar } = JSON.parse(await readFile(at('webp.json'), 'utf8')) as StillReport;
    assert.deepEqual([colorBar!.low, colorBar!.high], [0, 4096]);
    const { xmp } = await sharp(at('palette.tif')).metadata();
    assert.match(xmp!.toString(), /palette magma, by intensity/);
  });

  it('a palette opens no model, and the report has its colour bar', async () => {
    await imageOf(grayScene(WIDTH, HEIGHT, 16))
      .tiff(LOSSLESS_TIFF)
      .toFile(at('a.tif'));
    const { card } = await findCard('kinemacolor-base', modelFolders());
    const { sha256: _sha256, bytes: _bytes, ...unchecked } = card;
    await writeFile(at('broken.json'), JSON.stringify({ ...unchecked, id: 'broken', file: 'broken.onnx' }));
    await writeFile(at('broken.onnx'), 'no graph');
    const broken = ['a.tif', '--model', at('broken.onnx')];
    await refused(CODE.model, /broken/, ['colorize', ...broken, '-o', 'model.tif', '--quiet']);
    const shown = ['--window', '2048,4096', '--palette', 'magma', '--report', 'a.json'];
    const end = await run(...broken, '-o', 'out.tif', ...shown);
    assert.equal(end.code, 0, end.stderr);
    const { model, device, colorBar } = JSON.parse(await readFile(at('a.json'), 'utf8')) as StillReport;
    assert.deepEqual([model, device], ['magma', 'none']);
    assert.deepEqual([colorBar!.palette, colorBar!.low, colorBar!.high], ['magma', 0, 4096]);
    assert.ok(new Set(colorBar!.colors).size > 32);
  });

  it('what cannot be read is one sentence about pictures, never about films', async () => {
    await writeFile(at('layers.psd'), '8BPS and so on');
    const sentence = /out\.png is a picture, but layers\.psd is none that is read \(JPEG, PNG, .*HEIC\); a film becomes/;
    await refused(CODE.usage, sentence, ['colorize', 'layers.psd', '-o', 'out.png', '--quiet']);
    await writeFile(at('photo.heic'), TILED_HEIC);
    await refused(CODE.usage, /out\.mkv/, ['colorize', 'photo.heic', '-o', 'out.mkv', '--quiet']);
  });

  it('HEIC: whole where the ffmpeg joins its tiles; else one sentence, and never a tile of it', async () => {
    await writeFile(at('photo.heic'), TILED_HEIC);
    const scene = grayScene(128, 64);
    const png = await imageOf(scene).png().toBuffer();
    await writeFile(at('whole.png'), png);
    await sharp(png).extract({ left: 0, top: 0, width: 64, height: 64 }).toFile(at('tile.png'));
    const { path } = await locateFfmpeg();
    const reader = async (picture: string) => {
      const script = `#!/bin/sh\ncase "$*" in *photo.heic*) exec cat '${at(picture)}' ;; esac\nexec '${path}' "$@"\n`;
      await writeFile(at(`reads-${picture}.sh`), script, { mode: 0o755 });
      return { KINEMACOLOR_FFMPEG: at(`reads-${picture}.sh`) };
    };
    const args = ['colorize', 'photo.heic', '-o', 'out.png', '--quiet'];
    const sentence = (why: string) =>
      new RegExp(
        `photo\\.heic cannot be used: ffmpeg .* does not read this HEIC \\(.*${why}.*\\); export it as PNG or TIFF, or install`,
      );
    await refused(CODE.source, sentence('photo\\.heic'), args, { KINEMACOLOR_FFMPEG: 'bundled' });
    await refused(CODE.source, sentence('64x64 of 128x64 pixels'), args, await reader('tile.png'));
    const end = await runCli(args, { cwd: group.folder, env: await reader('whole.png') });
    assert.equal(end.code, 0, end.stderr);
    assert.ok(distance(lumaOfRgb(await samplesOf(at('out.png'))), scene) < 0.501);
  });
});
