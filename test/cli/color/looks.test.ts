import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { colorize } from '../../../harness/run-cli.ts';
import { decode, lumaOf } from '../../../harness/tiny-film.ts';
import { folderPerTest } from '../../fixtures/folder-per-test.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';
import { grayScene, imageOf, lumaOfRgb, samplesOf } from '../../fixtures/stills.ts';

/** A table that makes everything blue, and dark. */
const BLUE = ['LUT_3D_SIZE 2', ...Array.from({ length: 8 }, () => '0.1 0.1 0.3')].join('\n');
const FILM = ['--codec', 'ffv1', ...TINY, '-q'];

/** Code values of Cb and Cr, all frames. */
const chromaOf = (path: string) => Promise.all(['u', 'v'].map(plane => decode(path, [`extractplanes=${plane}`])));
const mean = (codes: Uint8Array) => codes.reduce((sum, code) => sum + code, 0) / codes.length;

describe('colorize: saturation, warmth, dark guard, look', () => {
  const test = folderPerTest();

  it('the chroma of a .cube file alone is applied; luma stays, bit for bit', async () => {
    await writeFile(test.at('blue.cube'), BLUE);
    await colorize([test.film, '-o', test.at('blue.mkv'), '--look', test.at('blue.cube'), ...FILM]);
    const [cb, cr] = await chromaOf(test.at('blue.mkv'));
    assert.ok(mean(cb!) > 145 && mean(cr!) < 128, `${mean(cb!)}, ${mean(cr!)}`);
    assert.deepEqual(await lumaOf(test.at('blue.mkv')), await lumaOf(test.film));
  });
  it('an option wins over the pipeline: gray at saturation 0, then shifted by the warmth alone', async () => {
    const options = ['-p', 'documentary', '--saturation', '0', '--warmth', '0.5', '--dark-guard', '0', ...FILM];
    await colorize([test.film, '-o', test.at('warm.mkv'), ...options]);
    const [cb, cr] = await chromaOf(test.at('warm.mkv'));
    assert.ok(cr!.every(code => code >= 128) && mean(cr!) > 132 && mean(cb!) < 124, `${mean(cb!)}, ${mean(cr!)}`);
  });
  it('a picture: chroma changes, rounded Y does not, and another look is another result of a batch', async () => {
    const scene = grayScene(60, 40);
    await imageOf(scene).png().toFile(test.at('photo.png'));
    await mkdir(test.at('out'));
    const run = async (...look: string[]) => {
      await colorize([test.at('photo.png'), '-o', test.at('out'), ...TINY, '-q', ...look]);
      return samplesOf(test.at('out/photo.png'));
    };
    const plain = await run();
    const tinted = await run('--look', 'kodachrome', '--warmth', '0.3');
    assert.notDeepEqual(tinted.data, plain.data);
    assert.deepEqual(Array.from(lumaOfRgb(tinted), Math.round), Array.from(scene.data));
  });
  it('refuses what is no look, a .cube file that is missing, and one that is not valid', async () => {
    await test.refused(2, /Expected a look \(none, technicolor, .*\) or the path of a \.cube file, received "sepia"/, [
      ...['colorize', test.film, '--look', 'sepia'],
    ]);
    await test.refused(2, /received "tecnicolor" \(did you mean "technicolor"\?\)\.$/m, [
      ...['colorize', test.film, '--look', 'tecnicolor'],
    ]);
    await test.refused(2, /received "documentry" \(did you mean "documentary"\?\), which/, [
      ...['colorize', test.film, '-p', 'documentry'],
    ]);
    await test.refused(2, /in .*gone\.cube, but there is no such file; export it anew/, [
      ...['colorize', test.film, '--look', 'gone.cube'],
    ]);
    await writeFile(test.at('bad.cube'), `${BLUE}\nnan 0 0`);
    await test.refused(2, /bad\.cube, but line 10 holds "nan 0 0", not three numbers/, [
      ...['colorize', test.film, '--look', 'bad.cube'],
    ]);
  });
});
