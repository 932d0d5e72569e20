import assert from 'node:assert/strict';
import { join } from 'node:path';
import sharp from 'sharp';
import { startReview } from '../../../harness/review-server.ts';
import { makeTinyFilm } from '../../../harness/tiny-film.ts';
import { folderPerGroup, rotateMp4 } from '../../fixtures/films.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const FAST = [...TINY, '--preset', 'ultrafast', '--codec', 'ffv1'];
const HINT = { x: 0.2, y: 0.3, color: '#cc2211', radius: 0.1 };

describe('review: the picture as players show it', () => {
  const folder = folderPerGroup();

  it('a film that players turn and stretch is upright and wide; hints and pictures lie where they are seen', async () => {
    const film = join(folder, 'turned.mp4');
    // Bright on its left half alone: turned by a quarter clockwise, that half is on top.
    const half = "geq=lum='if(lt(X,W/2),200,40)+8*sin(X/3+N)*cos(Y/4)':cb=128:cr=128";
    await makeTinyFilm(film, { scenes: [8], filters: [half, 'setsar=2/1'] });
    await rotateMp4(film);
    const server = await startReview([film, '-o', join(folder, 'colour.mkv'), ...FAST]);
    try {
      const { film: shown } = await server.api('project');
      assert.deepEqual([shown.width, shown.height], [90, 320]);
      await server.render();
      const { shown: of } = (await server.api('project')).shots[0];
      for (const path of ['frames/3?', `frames/3?of=${of}`, 'keyframes/0?']) {
        const image = sharp(Buffer.from(await (await server.ask(`/api/${path}&width=45`)).arrayBuffer()));
        const { data, info } = await image.greyscale().raw().toBuffer({ resolveWithObject: true });
        assert.deepEqual([info.width, info.height], [45, 160], path);
        const mean = (from: number, to: number) =>
          data.subarray(45 * from, 45 * to).reduce((sum, v) => sum + v, 0) / (45 * (to - from));
        assert.ok(mean(0, 70) > mean(90, 160) + 100, `${path}: the bright half is on top`);
      }
      assert.equal((await server.edit({ kind: 'hint-add', index: 0, hint: HINT })).status, 200);
      const [{ keyframes }] = (await server.api('project')).shots;
      const [said] = keyframes[0].hints;
      assert.ok(Math.hypot(said.x - HINT.x, said.y - HINT.y) < 1e-9, 'the hint stays where it was put');
      assert.equal((await server.edit({ kind: 'hint-remove', index: 0, id: said.id })).status, 200);
      // Red above, blue below, of the shape that is seen.
      const blue = { create: { width: 90, height: 320, channels: 3 as const, background: '#2222dd' } };
      const red = await sharp({ create: { ...blue.create, height: 160, background: '#dd2222' } })
        .png()
        .toBuffer();
      const paint = await sharp(blue)
        .composite([{ input: red, left: 0, top: 0 }])
        .png()
        .toBuffer();
      await server.ask('/api/keyframes/0/picture', { method: 'PUT', body: new Uint8Array(paint) });
      const seen = Buffer.from(await (await server.ask('/api/keyframes/0?width=90')).arrayBuffer());
      const colour = async (top: number) => {
        const part = await sharp(seen).extract({ left: 10, top, width: 70, height: 100 }).png().toBuffer();
        return (await sharp(part).stats()).channels.map(({ mean }) => mean) as [number, number, number];
      };
      const [above, below] = [await colour(20), await colour(200)];
      assert.ok(above[0] > above[2] + 20, 'red is above');
      assert.ok(below[2] > below[0] + 20, 'blue is below');
    } finally {
      await server.stop();
    }
  });
});
