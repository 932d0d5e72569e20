import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { makeTinyFilm } from '../../harness/tiny-film.ts';
import { folderPerGroup } from '../fixtures/films.ts';

const run = promisify(execFile);
const sample = (name: string) => fileURLToPath(new URL(`../../samples/${name}.js`, import.meta.url));

describe('samples run as they stand', function () {
  this.slow(20_000);
  const folder = folderPerGroup();
  let film = '';
  before(async () => {
    film = await makeTinyFilm(join(folder, 'film.mp4'), { scenes: [8, 8] });
  });

  it('follow-progress', async () => {
    const { stdout } = await run(process.execPath, [sample('follow-progress'), film, join(folder, 'out.mkv')]);
    assert.match(stdout, /16 frames in 2 shots/);
    assert.match(stdout, /shot 1: rendered/);
    assert.match(stdout, /out\.mkv: 16 frames by kinemacolor-base on \w+/);
  });

  it('shot-by-shot, which goes on from the shots that are there', async () => {
    const shots = join(folder, 'shots');
    const args = [sample('shot-by-shot'), film, join(folder, 'three-steps.mkv'), shots];
    const { stdout } = await run(process.execPath, args);
    assert.match(stdout, /shot 0: 8 frames\nshot 1: 8 frames\n/);
    const before = await stat(join(shots, '1.mkv'));
    await run(process.execPath, args);
    assert.equal((await stat(join(shots, '1.mkv'))).mtimeMs, before.mtimeMs);
  });

  it('before-after', async () => {
    const picture = join(folder, 'picture.png');
    await run(process.execPath, [sample('before-after'), film, picture]);
    const { width, height } = await sharp(picture).metadata();
    assert.deepEqual([width, height], [2 * 160, 3 * 90]);
  });
});
