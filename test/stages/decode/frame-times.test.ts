import assert from 'node:assert/strict';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { decodeFrames } from '../../../src/stages/decode/decode.ts';
import { openFrameTimes } from '../../../src/stages/decode/frame-times.ts';
import { probeFilm } from '../../../src/stages/probe/probe.ts';
import { folderPerGroup, makeFilm } from '../../fixtures/films.ts';

describe('times of frames', () => {
  const folder = folderPerGroup();

  it('are those of decoding, uneven ones too; where frames and packets do not agree none is named', async () => {
    const ffmpeg = await locateFfmpeg();
    const film = await probeFilm(await makeFilm('vfr', folder), ffmpeg);
    const decoded: number[] = [];
    for await (const { ticks } of decodeFrames(film, ffmpeg)) decoded.push(ticks);
    const times = openFrameTimes(film, ffmpeg);
    try {
      const stretch = { start: 2, end: 20, startTicks: decoded[2]!, endTicks: decoded[20]! };
      const found = await Promise.all([...decoded.keys()].map(index => times.of(index, stretch)));
      assert.deepEqual(
        found,
        decoded.map((ticks, index) => (index >= 2 && index < 20 ? ticks : undefined)),
      );
      assert.ok(new Set(decoded.slice(1).map((ticks, place) => ticks - decoded[place]!)).size > 1, 'uneven');
      for (const other of [
        { ...stretch, end: 21 },
        { ...stretch, startTicks: stretch.startTicks + 1 },
      ])
        assert.equal(await times.of(9, other), undefined);
    } finally {
      await times.close();
    }
  });
});
