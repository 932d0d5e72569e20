import assert from 'node:assert/strict';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { colorizeMany, colorizeStill, KinemacolorError, type ProgressEvent } from '../../../src/index.ts';
import { folderPerGroup } from '../../fixtures/films.ts';
import { writeTinyModel } from '../../fixtures/models/models.ts';
import {
  ADOBE_RGB,
  asRgb,
  colorfulness,
  curveTag,
  grayScene,
  iccProfile,
  imageOf,
  LOSSLESS_TIFF,
  lumaOfRgb,
  pngWithProfile,
  samplesOf,
} from '../../fixtures/stills.ts';

const [WIDTH, HEIGHT] = [61, 43];
const toSrgb = (light: number) => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

describe('colorizeStill', () => {
  const folder = folderPerGroup();
  let settings = {};
  const at = (name: string) => join(folder, name);
  const color = (source: string, output: string, more = {}) => colorizeStill(at(source), at(output), { settings, ...more });

  before(async () => {
    settings = { device: 'cpu', model: await writeTinyModel(folder, 'obedient') };
  });

  /** Y' of a result, rounded. */
  const lumaIn = async (name: string) => Array.from(lumaOfRgb(await samplesOf(at(name))), Math.round);

  it('reports what it made, tells its progress, and gives the same bytes again', async () => {
    await imageOf(grayScene(WIDTH, HEIGHT)).png().toFile(at('plain.png'));
    const events: ProgressEvent[] = [];
    const report = await color('plain.png', 'plain.color.png', { onProgress: (event: ProgressEvent) => events.push(event) });
    const { seconds, ...facts } = report;
    assert.ok(seconds > 0);
    const [source, output] = [at('plain.png'), at('plain.color.png')];
    const [width, height] = [WIDTH, HEIGHT];
    const expected = {
      source,
      output,
      width,
      height,
      depth: 8,
      outcome: 'colored',
      model: 'obedient',
      device: 'cpu',
      warnings: [],
    };
    assert.deepEqual(facts, expected);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['device', 'picture-done', 'queue-done'],
    );
    await color('plain.png', 'again.png', { workers: 1 });
    assert.deepEqual(await readFile(at('again.png')), await readFile(output));
    assert.ok(colorfulness(await samplesOf(output)) > 0.05);
  });

  it('turns a picture upright once, whatever its orientation', async () => {
    const scene = grayScene(WIDTH, HEIGHT);
    // Stored the way a camera of this orientation stores it: the turn that brings it upright, undone.
    const undo: readonly ((image: Sharp) => Sharp)[] = [
      image => image,
      image => image.flop(),
      image => image.rotate(180),
      image => image.flip(),
      image => image.rotate(270).flop(),
      image => image.rotate(270),
      image => image.rotate(90).flop(),
      image => image.rotate(90),
    ];
    const names: string[] = [];
    for (const [i, turn] of undo.entries()) {
      const stored = await turn(imageOf(scene)).toColourspace('b-w').png().toBuffer();
      for (const ending of ['tif', 'png'] as const) {
        const tagged = sharp(stored)
          .withMetadata({ orientation: i + 1 })
          .toColourspace('b-w');
        names.push(`turned-${i + 1}.${ending}`);
        await (ending === 'tif' ? tagged.tiff(LOSSLESS_TIFF) : tagged.png()).toFile(at(names.at(-1)!));
      }
    }
    await colorizeMany(names.map(at), at('upright'), { settings });
    for (const name of names) {
      const { width, height, orientation } = await sharp(at(`upright/${name}`)).metadata();
      assert.deepEqual([width, height, orientation], [WIDTH, HEIGHT, 1], name);
      assert.deepEqual(await lumaIn(`upright/${name}`), Array.from(scene.data), name);
    }
  });

  it('applies a gray profile at 8 and at 16 bit, and the result has the profile of sRGB', async () => {
    const gamma = 461 / 256; // as the profile holds 1.8
    const profile = iccProfile('GRAY', { kTRC: curveTag(gamma) });
    for (const depth of [8, 16] as const) {
      const scene = grayScene(WIDTH, HEIGHT, depth);
      await writeFile(at('gamma.png'), pngWithProfile(await imageOf(scene).png().toBuffer(), profile));
      await color('gamma.png', 'gamma.color.png');
      const white = 2 ** depth - 1;
      const wanted = Array.from(scene.data, code => Math.round(white * toSrgb((code / white) ** gamma)));
      const found = await lumaIn('gamma.color.png');
      const worst = Math.max(...found.map((y, i) => Math.abs(y - wanted[i]!)));
      assert.ok(worst <= 1, `off by ${worst} at ${depth} bit`);
      assert.match((await sharp(at('gamma.color.png')).metadata()).icc!.toString('latin1').replaceAll('\0', ''), /sRGB/);
    }
  });

  it('brings a colour profile to sRGB at 8 and at 16 bit', async () => {
    for (const depth of [8, 16] as const) {
      const scene = grayScene(WIDTH, HEIGHT, depth);
      await writeFile(at('adobe.png'), pngWithProfile(await imageOf(asRgb(scene)).png().toBuffer(), ADOBE_RGB));
      const { warnings } = await color('adobe.png', 'adobe.color.png');
      assert.match(warnings.join(), /converted to sRGB by its profile/);
      const white = 2 ** depth - 1;
      const wanted = Array.from(scene.data, code => white * toSrgb((code / white) ** 2.19921875));
      const found = await lumaIn('adobe.color.png');
      const worst = Math.max(...found.map((y, i) => Math.abs(y - wanted[i]!)));
      assert.ok(worst <= (depth === 8 ? 1 : 200), `off by ${worst} at ${depth} bit`); // lcms rounds its curves near black
    }
  });

  it('takes the luma of a picture in colour, and says so; a tint is no colour', async () => {
    const scene = grayScene(WIDTH, HEIGHT);
    const bright = asRgb(scene);
    const tinted = asRgb(scene);
    for (let i = 0; i < bright.data.length; i += 3) {
      const right = (i / 3) % WIDTH > WIDTH / 2;
      bright.data[i + (right ? 0 : 2)] = Math.round(bright.data[i]! * 0.3);
      tinted.data[i + 2] = Math.round(tinted.data[i + 2]! * 0.8);
    }
    await imageOf(bright).png().toFile(at('bright.png'));
    await imageOf(tinted).png().toFile(at('sepia.png'));
    const { warnings } = await color('bright.png', 'bright.color.png');
    assert.match(warnings.join(), /bright\.png: the picture holds colour already; only its luma is used\./);
    assert.deepEqual(await lumaIn('bright.color.png'), Array.from(lumaOfRgb(bright), Math.round));
    assert.deepEqual((await color('sepia.png', 'sepia.color.png')).warnings, []);
    assert.deepEqual(await lumaIn('sepia.color.png'), Array.from(lumaOfRgb(tinted), Math.round));
  });

  it('takes inks (CMYK), palettes and single bits', async () => {
    const scene = imageOf(grayScene(WIDTH, HEIGHT));
    await scene.clone().toColourspace('cmyk').withIccProfile('cmyk').tiff(LOSSLESS_TIFF).toFile(at('inks.tif'));
    await imageOf(asRgb(grayScene(WIDTH, HEIGHT)))
      .png({ palette: true })
      .toFile(at('palette.png'));
    await scene.clone().threshold(128).toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 }).toFile(at('fax.tif'));
    const { warnings } = await color('inks.tif', 'inks.color.tif');
    assert.match(warnings.join(), /inks are converted to sRGB by its profile/);
    const ink = lumaOfRgb(await samplesOf(await sharp(at('inks.tif')).toColourspace('srgb').png().toBuffer()));
    const found = await lumaIn('inks.color.tif');
    assert.ok(found.every((y, i) => Math.abs(y - ink[i]!) <= 1));
    for (const name of ['palette.png', 'fax.tif']) {
      await color(name, `color-${name}`);
      const stored = lumaOfRgb(await samplesOf(at(name)));
      assert.deepEqual(await lumaIn(`color-${name}`), Array.from(stored, Math.round));
    }
  });

  it('16 bit into a container of 8 is rounded, and a sentence says so', async () => {
    const scene = grayScene(WIDTH, HEIGHT, 16);
    await imageOf(scene).tiff(LOSSLESS_TIFF).toFile(at('deep.tif'));
    const { warnings, depth } = await color('deep.tif', 'deep.webp');
    assert.equal(depth, 8);
    assert.match(warnings.join(), /WebP holds 8 bit, so its 16 are rounded; choose \.png or \.tif/);
    assert.deepEqual(
      await lumaIn('deep.webp'),
      Array.from(scene.data, code => Math.round(code / 257)),
    );
  });

  it('12-bit data in a 16-bit file keep their codes, and a sentence says why they stay dark', async () => {
    const scene = grayScene(WIDTH, HEIGHT, 16);
    for (let i = 0; i < scene.data.length; i++) scene.data[i] = scene.data[i]! >> 4;
    await imageOf(scene)
      .tiff({ ...LOSSLESS_TIFF, miniswhite: true })
      .toFile(at('scan12.tif'));
    const { warnings, depth } = await color('scan12.tif', 'scan12.color.tif');
    assert.equal(depth, 16);
    assert.match(warnings.join(), /brightest sample is below an eighth of white/);
    const stored = await samplesOf(at('scan12.tif'), 'gray');
    assert.deepEqual(await lumaIn('scan12.color.tif'), Array.from(stored.data));
  });

  it('a picture with a side too long for the container is refused, and the same fits elsewhere', async () => {
    await imageOf(grayScene(16_400, 3)).png().toFile(at('long.png'));
    await rejected(
      color('long.png', 'long.webp'),
      'usage',
      /long\.png is 16400x3, and WebP holds at most 16383 pixels a side; choose/,
    );
    await color('long.png', 'long.tif');
    assert.deepEqual(await lumaIn('long.tif'), Array.from(grayScene(16_400, 3).data));
  });

  it('hints are colours the model knows: what is painted is there, on its own luma', async () => {
    const scene = grayScene(WIDTH, HEIGHT);
    scene.data.fill(120);
    await imageOf(scene).png().toFile(at('flat.png'));
    const paint = new Uint8Array(WIDTH * HEIGHT * 4);
    for (let i = 0; i < WIDTH * HEIGHT; i++) if (i % WIDTH < WIDTH / 2) paint.set([170, 90, 90, 255], 4 * i);
    await sharp(paint, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } })
      .png()
      .toFile(at('hints.png'));
    await color('flat.png', 'hinted.png', { hints: at('hints.png') });
    const { data } = await samplesOf(at('hinted.png'));
    const pixel = (x: number) => [...data.slice(3 * (20 * WIDTH + x), 3 * (20 * WIDTH + x) + 3)];
    const [r, g, b] = pixel(8);
    assert.ok(r! - g! > 50 && Math.abs(g! - b!) < 12, `${pixel(8)} is not the red that was painted`);
    assert.notDeepEqual(pixel(8), pixel(WIDTH - 8));
    assert.deepEqual(new Set(await lumaIn('hinted.png')), new Set([120]));
    await imageOf(grayScene(10, 10)).png().toFile(at('small.png'));
    await rejected(color('flat.png', 'none.png', { hints: at('small.png') }), 'reference', /to be 61x43 .*received 10x10/);
  });

  it('colorizeMany keeps what is finished, and ends as "interrupted" where it is stopped', async () => {
    for (const name of ['a.png', 'b.png', 'c.png']) await copyFile(at('flat.png'), at(name));
    const sources = [at('a.png'), at('b.png'), at('c.png')];
    const stop = new AbortController();
    const onProgress = (event: ProgressEvent) => event.type === 'picture-done' && stop.abort();
    const stopped = colorizeMany(sources, at('many'), { settings, onProgress, stopAfterShot: stop.signal });
    await rejected(stopped, 'interrupted', /stopped after [12] of 3 films and pictures; the same command goes on/);
    const before = await readdir(at('many'));
    assert.ok(before.length >= 1 && before.length < 3 && before.every(name => /^[abc]\.png$/.test(name)));
    const report = await colorizeMany(sources, at('many'), { settings });
    assert.deepEqual(
      report.pictures.map(({ outcome }) => outcome),
      ['a.png', 'b.png', 'c.png'].map(name => (before.includes(name) ? 'kept' : 'colored')),
    );
    const other = await colorizeMany([at('a.png')], at('many'), {
      settings: { ...settings, model: await writeTinyModel(folder, 'obedient', { version: '2' }) },
    });
    assert.equal(other.pictures[0]!.outcome, 'kept', 'the same model under another version of its card');
    await imageOf(grayScene(WIDTH, HEIGHT)).png().toFile(at('a.png'));
    assert.equal((await colorizeMany([at('a.png')], at('many'), { settings })).pictures[0]!.outcome, 'colored');
  });

  async function rejected(run: Promise<unknown>, kind: string, sentence: RegExp): Promise<void> {
    await assert.rejects(run, (error: unknown) => {
      assert.ok(error instanceof KinemacolorError, String(error));
      assert.equal(error.kind, kind);
      assert.match(error.message, sentence);
      return true;
    });
  }
});
