import assert from 'node:assert/strict';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { decodeFrames } from '../../../src/stages/decode/decode.ts';
import { openFrameShelf } from '../../../src/stages/decode/frame-shelf.ts';
import { openFrameTimes } from '../../../src/stages/decode/frame-times.ts';
import { probeFilm } from '../../../src/stages/probe/probe.ts';
import { makeFilm, temporaryFolder } from '../../fixtures/films.ts';

describe('the frame shelf', () => {
  it('gives any frame in any order, from any start before it, as decoding from the start does', async () => {
    const { path: folder, remove } = await temporaryFolder();
    const ffmpeg = await locateFfmpeg();
    const film = await probeFilm(await makeFilm('plain', folder), ffmpeg);
    const whole: { ticks: number; luma: Buffer }[] = [];
    for await (const { ticks, luma } of decodeFrames(film, ffmpeg)) whole.push({ ticks, luma: Buffer.from(luma.data) });
    const times = openFrameTimes(film, ffmpeg);
    const shelf = openFrameShelf(film, ffmpeg, times);
    const end = { end: whole.length, endTicks: whole.at(-1)!.ticks + 1 };
    const startAt = (start: number) => ({ start, startTicks: whole[start]!.ticks, ...end });
    try {
      const requested = [
        [5, 5],
        [7, 5],
        [20, 5],
        [6, 5],
        [2, 0],
        [20, 10],
      ] as const;
      const found = await Promise.all(requested.map(([index, start]) => shelf.frame(index, startAt(start))));
      for (const [at, [index]] of requested.entries()) {
        assert.equal(found[at]!.ticks, whole[index]!.ticks);
        assert.ok(whole[index]!.luma.equals(Buffer.from(found[at]!.luma.data)), `frame ${index}`);
      }
      assert.equal(await shelf.frame(whole.length, startAt(0)), undefined);
      assert.ok(await shelf.frame(3, startAt(0)), 'goes on after the end');
    } finally {
      await Promise.all([shelf.close(), times.close()]);
      await remove();
    }
  });
});
