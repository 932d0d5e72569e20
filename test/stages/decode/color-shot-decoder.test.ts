import assert from 'node:assert/strict';
import { type Ffmpeg, locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { openColorShotDecoder } from '../../../src/stages/decode/color-shot-decoder.ts';
import { decodeColor } from '../../../src/stages/decode/decode-color.ts';
import { probeFilm } from '../../../src/stages/probe/probe.ts';
import { folderPerGroup, makeFilm } from '../../fixtures/films.ts';

describe('the colour reel', () => {
  const folder = folderPerGroup();
  let ffmpeg: Ffmpeg;
  before(async () => {
    ffmpeg = await locateFfmpeg();
  });

  it('gives any frame in any order, many asked for at once, from one segment or two, as decoding from the start does', async () => {
    const paths = [await makeFilm('plain', folder), await makeFilm('vp9', folder)];
    const whole = await Promise.all(
      paths.map(async path => {
        const planes: Buffer[] = [];
        for await (const { cb } of decodeColor(await probeFilm(path, ffmpeg), ffmpeg)) planes.push(Buffer.from(cb.data));
        return planes;
      }),
    );
    const decoder = openColorShotDecoder(ffmpeg);
    try {
      const requested = [
        ...[0, 1, 2, 7, 7, 3, 20].map(place => [0, place] as const),
        ...[5, 6].map(place => [1, place] as const),
        [0, 8] as const,
      ];
      const found = await Promise.all(requested.map(([film, place]) => decoder.frame(paths[film]!, place)));
      for (const [at, [film, place]] of requested.entries())
        assert.ok(whole[film]![place]!.equals(Buffer.from(found[at]!.frame.cb.data)), `frame ${place} of film ${film}`);
      assert.equal(await decoder.frame(paths[0]!, whole[0]!.length), undefined);
      await assert.rejects(decoder.frame(`${paths[0]!}.none`, 0), { kind: 'source' });
      assert.ok(whole[0]![4]!.equals(Buffer.from((await decoder.frame(paths[0]!, 4))!.frame.cb.data)), 'goes on after a failure');
    } finally {
      await decoder.close();
    }
  });

  it('a frame sought by its time is the one that counting gives, far ahead, back, and where times are uneven', async () => {
    for (const name of ['plain', 'vfrMkv'] as const) {
      const path = await makeFilm(name, folder);
      const whole: { ticks: number; cb: Buffer }[] = [];
      for await (const { ticks, cb } of decodeColor(await probeFilm(path, ffmpeg), ffmpeg))
        whole.push({ ticks, cb: Buffer.from(cb.data) });
      const last = whole.length - 1;
      assert.ok(last > 40, 'long enough to be sought in');
      const decoder = openColorShotDecoder(ffmpeg);
      try {
        for (const place of [last - 3, 30, last, 26, 27, 1]) {
          const found = await decoder.frame(path, place, whole[place]!.ticks);
          assert.ok(whole[place]!.cb.equals(Buffer.from(found!.frame.cb.data)), `frame ${place} of ${name}`);
        }
        const wrong = await decoder.frame(path, 35, whole[35]!.ticks + 1);
        assert.ok(whole[35]!.cb.equals(Buffer.from(wrong!.frame.cb.data)), 'a time that no frame has: counted');
      } finally {
        await decoder.close();
      }
    }
  });
});
