import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { probeFilm } from '../../../src/stages/probe/probe.ts';
import { QUARTER_TURN, rotateMp4 } from '../../fixtures/films.ts';
import { openRemuxBench } from '../../fixtures/remux-bench.ts';

const [ONE, LAST] = [0x10000, 0x40000000];
const WIDE = 160 * ONE;

/** Ways of showing a picture, and by how much its unmirrored one is turned, clockwise. */
const WAYS = [
  ['mirrored from left to right', [-ONE, 0, 0, 0, ONE, 0, WIDE, 0, LAST], 0],
  ['mirrored from top to bottom', [ONE, 0, 0, 0, -ONE, 0, 0, 90 * ONE, LAST], 180],
  ['turned by a quarter', QUARTER_TURN, 90],
  ['turned by half', [-ONE, 0, 0, 0, -ONE, 0, WIDE, 90 * ONE, LAST], 180],
  ['mirrored and turned', [0, ONE, 0, ONE, 0, 0, 0, 0, LAST], 90],
  ['slanted', [60547, 25080, 0, -25080, 60547, 0, 0, 0, LAST], 0],
  ['shown half as wide', [ONE / 2, 0, 0, 0, ONE, 0, 0, 0, LAST], 0],
] as const;
const CORNERS = [0, 1, 3, 4];

describe('the display matrix', () => {
  const { bench, made, remade } = openRemuxBench();

  for (const [way, matrix, rotation] of WAYS)
    it(`${way}: mp4 and mov keep it number by number; mkv keeps it or says that it cannot`, async () => {
      const source = join(bench.folder.path, 'shown.mp4');
      await copyFile(await made('plain'), source);
      await rotateMp4(source, matrix);
      for (const ffmpeg of bench.ffmpegs) {
        for (const container of rotation === 90 ? ['mp4', 'mov', 'mkv'] : ['mp4', 'mkv']) {
          const { film, output, warnings } = await remade(source, `shown.${container}`, ffmpeg);
          assert.deepEqual([film.displayMatrix, film.rotation], [matrix, rotation]);
          const kept = (await probeFilm(output, ffmpeg)).displayMatrix ?? [ONE, 0, 0, 0, ONE, 0, 0, 0, LAST];
          const reported = warnings.some(message => /mkv cannot hold|cannot be written to mkv/.test(message));
          if (container === 'mkv')
            assert.equal(
              reported,
              CORNERS.some(place => kept[place] !== matrix[place]),
              `${ffmpeg.major}: ${kept}`,
            );
          else assert.deepEqual([kept, warnings], [matrix, []], `${container}, ffmpeg ${ffmpeg.major}`);
        }
      }
    });

  it('a film without a matrix, or with the identity, has none', async () => {
    const source = join(bench.folder.path, 'plain.mp4');
    await copyFile(await made('plain'), source);
    const [ffmpeg] = bench.ffmpegs;
    assert.equal((await probeFilm(source, ffmpeg!)).displayMatrix, undefined);
    await rotateMp4(source, [ONE, 0, 0, 0, ONE, 0, 0, 0, LAST]);
    assert.equal((await probeFilm(source, ffmpeg!)).displayMatrix, undefined);
  });
});
