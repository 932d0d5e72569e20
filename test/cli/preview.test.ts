import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { assertOneSentence, runCli } from '../../harness/run-cli.ts';
import { lumaOf, makeTinyFilm, namesBelow, probe } from '../../harness/tiny-film.ts';
import { folderPerGroup } from '../fixtures/films.ts';
import { writeTinyModel } from '../fixtures/models/models.ts';
import { TINY } from '../fixtures/models/tiny-model.ts';

describe('preview', () => {
  const folder = folderPerGroup();
  const at = (name: string) => join(folder, name);

  before(async () => {
    // An entry point at each cut, as encoders put them.
    await makeTinyFilm(at('film.mp4'), { scenes: [12, 14, 10], output: ['-force_key_frames', `${12 / 24},${26 / 24}`] });
  });

  it('lays out a frame of each scene, gray beside colour, and makes a clip with sound from the wanted second on', async () => {
    const args = [
      'preview',
      at('film.mp4'),
      '-o',
      at('look'),
      '--from',
      '0.75',
      '--duration',
      '0.25',
      '--device',
      'cpu',
      '--json',
    ];
    const { code, stderr, events } = await runCli(args);
    assert.equal(code, 0, stderr);
    assert.deepEqual(await namesBelow(at('look')), ['clip.mp4', 'sheet.png']);
    const types = events.map(({ type }) => type);
    assert.ok(types.indexOf('preview') < types.indexOf('plan'), 'the sheet is there before the clip is planned');
    assert.equal(events.find(({ type }) => type === 'preview')!.scenes, 3);
    await checkSheet('look/sheet.png');
    const { streams } = await probe(at('look/clip.mp4'));
    assert.deepEqual(
      streams.map(({ codec_type }) => codec_type),
      ['video', 'audio'],
    );
    assert.deepEqual([streams[0]!.width, streams[0]!.height, streams[0]!.nb_frames], [320, 90, '6']);
    const [clip, film] = [await lumaOf(at('look/clip.mp4')), await lumaOf(at('film.mp4'))];
    const [wide, narrow] = [320 * 90, 160 * 90];
    for (let frame = 0; frame < 6; frame++) {
      let sum = 0;
      for (let y = 0; y < 90; y++) {
        for (let x = 0; x < 160; x++)
          sum += Math.abs(clip[frame * wide + y * 320 + x]! - film[(18 + frame) * narrow + y * 160 + x]!);
      }
      assert.ok(sum / narrow < 4, `frame ${frame} is another one: ${sum / narrow}`);
    }
  });

  it('shows the colour of two models blended', async () => {
    const tiny = await writeTinyModel(folder, 'obedient');
    const args = [
      'preview',
      at('film.mp4'),
      '-o',
      at('blend'),
      '--sheet-only',
      '--device',
      'cpu',
      '--model',
      `${tiny}+kinemacolor-base`,
    ];
    const { code, stderr } = await runCli(args);
    assert.equal(code, 0, stderr);
    const [one, both] = [await sharp(at('look/sheet.png')).raw().toBuffer(), await sharp(at('blend/sheet.png')).raw().toBuffer()];
    assert.notEqual(Buffer.compare(one, both), 0);
  });

  /** Three tiles in a row: a gray picture of 320x180, its colour beside it. */
  async function checkSheet(name: string): Promise<void> {
    const { data, info } = await sharp(at(name)).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height, info.channels], [3 * (640 + 12) + 12, 180 + 22 + 12 + 12, 3]);
    for (let tile = 0; tile < 3; tile++) {
      const spread = [0, 320].map(half => {
        let sum = 0;
        for (let y = 0; y < 180; y++) {
          for (let x = 0; x < 320; x++) {
            const i = 3 * ((12 + y) * info.width + 12 + tile * 652 + half + x);
            sum += Math.abs(data[i]! - data[i + 1]!) + Math.abs(data[i + 1]! - data[i + 2]!);
          }
        }
        return sum / (320 * 180);
      });
      assert.equal(spread[0], 0);
      assert.ok(spread[1]! > 1, `tile ${tile} has no colour`);
    }
  }

  it('the sheet alone, beside the film where no folder is named', async () => {
    const { code, stderr } = await runCli(['preview', 'film.mp4', '--sheet-only', ...TINY], { cwd: folder });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /sheet\.png: 3 scenes/);
    assert.deepEqual(await namesBelow(at('film.preview')), ['sheet.png']);
  });

  it('a palette colours the sheet without a model being opened', async () => {
    const refused = await writeTinyModel(folder, 'not-a-number');
    const args = ['preview', 'film.mp4', '-o', 'palette', '--sheet-only', '--device', 'cpu', '--model', refused];
    assertOneSentence(await runCli([...args, '--quiet'], { cwd: folder }), 5, /not-a-number/);
    const { code, stderr } = await runCli([...args, '--palette', 'magma'], { cwd: folder });
    assert.equal(code, 0, stderr);
    await checkSheet('palette/sheet.png');
  });

  it('bad input is one sentence', async () => {
    assertOneSentence(await runCli(['preview', at('no.mp4'), '-o', at('none')]), 3, /no such file/);
    await writeFile(at('file'), 'x');
    assertOneSentence(await runCli(['preview', at('film.mp4'), '-o', at('file/look'), '--quiet']), 6, /is a file, not a folder/);
    await mkdir(at('own'));
    await writeFile(at('own/clip.mp4'), 'my only copy');
    const taken = ['preview', at('film.mp4'), '-o', at('own'), ...TINY, '--quiet'];
    assertOneSentence(await runCli(taken), 6, /was not made by Kinemacolor/);
    const late = ['preview', at('film.mp4'), '-o', at('late'), '--from', '99', ...TINY, '--quiet'];
    assertOneSentence(await runCli(late), 3, /choose an earlier --from/);
    assert.ok(!(await namesBelow(folder)).some(name => /none|late|\.kinemacolor|\.part/.test(name)));
  });
});
