import assert from 'node:assert/strict';
import { decodeFrames } from '../../../src/stages/decode/decode.ts';
import { probeFilm } from '../../../src/stages/probe/probe.ts';
import { type SurveyFrame, surveyFrames } from '../../../src/stages/survey/survey.ts';
import { everyFfmpeg, type FilmName, makeFilm, temporaryFolder, truncate } from '../../fixtures/films.ts';

const ffmpegs = await everyFfmpeg();
const folder = await temporaryFolder();
after(() => folder.remove());

async function collect<T, R>(items: AsyncGenerator<T, R>): Promise<{ items: T[]; end: R }> {
  const all: T[] = [];
  for (;;) {
    const step = await items.next();
    if (step.done) return { items: all, end: step.value };
    all.push(step.value);
  }
}

const SIZE = { width: 40, height: 22 };

for (const ffmpeg of ffmpegs) {
  describe(`survey with ffmpeg ${ffmpeg.version}`, () => {
    for (const name of ['vfr', 'lateStart', 'dropped', 'twins', 'gray12', 'avi'] as const satisfies FilmName[]) {
      it(`${name}: the same frames at the same times as decoding gives, and the same picture every time`, async () => {
        const film = await probeFilm(await makeFilm(name, folder.path), ffmpeg);
        const survey = await collect(surveyFrames(film, ffmpeg, SIZE));
        const decoded = await collect(decodeFrames(film, ffmpeg));
        assert.deepEqual(
          survey.items.map(({ index, ticks }) => [index, ticks]),
          decoded.items.map(({ index, ticks }) => [index, ticks]),
        );
        assert.deepEqual(survey.end, decoded.end);
        const again = await collect(surveyFrames(film, ffmpeg, SIZE));
        assert.deepEqual(again.items.map(bytesOf), survey.items.map(bytesOf));
      });
    }

    it('is each area’s mean, white at 255 and black at 0 whatever the depth and range', async () => {
      for (const name of ['gray', 'gray12'] as const) {
        const film = await probeFilm(await makeFilm(name, folder.path), ffmpeg);
        const [first] = (await collect(surveyFrames(film, ffmpeg, { width: 20, height: 9 }))).items;
        const [frame] = (await collect(decodeFrames(film, ffmpeg, { count: 1 }))).items;
        const scale = 2 ** film.format.depth / 256;
        for (let y = 0; y < 9; y++) {
          for (let x = 0; x < 20; x++) {
            let sum = 0; // 160x90: areas of 8x10
            for (let i = 0; i < 80; i++) sum += frame!.luma.data[(y * 10 + (i >> 3)) * 160 + x * 8 + (i & 7)]!;
            const difference = Math.abs(first!.gray.data[y * 20 + x]! - sum / 80 / scale);
            assert.ok(difference <= 2, `${name} (${x}, ${y}) differs by ${difference}`);
          }
        }
      }
    });

    it('tells damage like decoding does', async () => {
      const path = await makeFilm('closedMkv', folder.path, `cut-${ffmpeg.major}`);
      await truncate(path, 0.5);
      const { items, end } = await collect(surveyFrames(await probeFilm(path, ffmpeg), ffmpeg, SIZE));
      assert.equal(end.damage, 'truncated');
      assert.equal(end.frames, items.length);
      assert.ok(items.length > 40 && items.length < 110);
    });
  });
}

function bytesOf({ gray }: SurveyFrame): Buffer {
  return Buffer.from(gray.data);
}
