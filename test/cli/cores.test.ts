import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { colorize } from '../../harness/run-cli.ts';
import { makeTinyFilm } from '../../harness/tiny-film.ts';
import { folderPerGroup } from '../fixtures/films.ts';

describe('colorize: the same bytes on any number of cores', () => {
  const folder = folderPerGroup();
  let film = '';
  const at = (name: string) => join(folder, name);

  before(async function () {
    if (process.platform !== 'linux' || availableParallelism() < 2) this.skip();
    film = await makeTinyFilm(at('film.mp4'), { width: 480, height: 270, scenes: [14, 12] });
  });

  for (const [codec, preset] of [
    ['x264', 'medium'],
    ['x264', 'ultrafast'],
    ['x265', 'ultrafast'],
  ] as const) {
    it(`${codec}, ${preset}; a shot made on one core is taken by a run on all`, async () => {
      const name = `${codec}-${preset}`;
      const args = (output: string) => [film, '-o', at(output), '--codec', codec, '--preset', preset, '--device', 'cpu'];
      await colorize([...args(`${name}-one.mp4`), '--keep-shots'], { cores: '0' });
      await colorize(args(`${name}-all.mp4`));
      const one = await readFile(at(`${name}-one.mp4`));
      assert.ok(one.equals(await readFile(at(`${name}-all.mp4`))), 'the bytes differ');
      const report = at(`${name}.json`);
      await colorize([...args(`${name}-one.mp4`), '--report', report]);
      const { shots } = JSON.parse(await readFile(report, 'utf8')) as { shots: { reused: boolean }[] };
      assert.deepEqual(
        shots.map(({ reused }) => reused),
        [true, true],
      );
    });
  }
});
