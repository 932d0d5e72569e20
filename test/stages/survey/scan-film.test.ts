import assert from 'node:assert/strict';
import { liveChildren } from '../../../src/adapters/workers/child-processes.ts';
import { toSeconds } from '../../../src/media/film/time.ts';
import { cutStretch } from '../../../src/stages/decode/cut-stretch.ts';
import { decodeFrames } from '../../../src/stages/decode/decode.ts';
import { probeFilm } from '../../../src/stages/probe/probe.ts';
import { type ScannedFrame, scanFilm } from '../../../src/stages/survey/scan-film.ts';
import { surveyFrames } from '../../../src/stages/survey/survey.ts';
import { everyFfmpeg, type FilmName, folderPerGroup, makeFilm } from '../../fixtures/films.ts';

const SIZE = { width: 48, height: 32 } as const;

describe('scan a film without decoding it all', () => {
  const folder = folderPerGroup();

  for (const [name, times] of [
    ['closedMkv', [0, 1.2, 2.4, 3.6, 4.8]],
    ['tenBit422', [0.2, 0.6, 1, 1.4, 1.8]], // every frame is an entry point: looked up, evenly spaced
  ] as [FilmName, number[]][]) {
    it(`${name}: frames at ${times.join(', ')} s, as they are in the film`, async () => {
      const path = await makeFilm(name, folder);
      for (const ffmpeg of await everyFfmpeg()) {
        const film = await probeFilm(path, ffmpeg);
        const scanned: ScannedFrame[] = [];
        for await (const frame of scanFilm(film, ffmpeg, { ...SIZE, samples: 5 })) scanned.push(frame);
        assert.equal(scanned.length, times.length);
        for (const [i, { seconds }] of scanned.entries()) assert.ok(Math.abs(seconds - times[i]!) <= 0.041, `${seconds}`);
        let met = 0;
        for await (const { ticks, gray } of surveyFrames(film, ffmpeg, SIZE)) {
          const same = scanned.find(({ seconds }) => seconds === toSeconds({ ticks, timebase: film.format.timebase }));
          if (!same) continue;
          assert.deepEqual(same.gray.data, gray.data);
          met++;
        }
        assert.equal(met, scanned.length);
        assert.equal(liveChildren(), 0);
      }
    });
  }

  for (const name of ['closedMkv', 'openGop'] as FilmName[]) {
    it(`${name}: a stretch that is cut out holds the film's own frames from its lead on`, async () => {
      const path = await makeFilm(name, folder);
      for (const ffmpeg of await everyFfmpeg()) {
        const film = await probeFilm(path, ffmpeg);
        const cut = `${folder}/cut-${ffmpeg.origin}.mkv`;
        const { lead } = await cutStretch(film, { from: 3, duration: 0.4 }, { path: cut, ffmpeg, shortSide: 360 });
        assert.ok(lead >= 0 && lead < 3);
        const part = await probeFilm(cut, ffmpeg);
        const [first, wanted] = [await lumaAt(part, ffmpeg, lead), await lumaAt(film, ffmpeg, 3)];
        assert.deepEqual(first, wanted);
      }
    });
  }

  it('a stretch of a larger picture than is wanted is made small, and begins where it was asked to', async () => {
    const path = await makeFilm('closedMkv', folder);
    for (const ffmpeg of await everyFfmpeg()) {
      const film = await probeFilm(path, ffmpeg);
      const cut = `${folder}/small-${ffmpeg.origin}.mkv`;
      const { width, height } = film.format;
      const shortSide = 2 * Math.round(Math.min(width, height) / 4);
      const { lead } = await cutStretch(film, { from: 3, duration: 0.4 }, { path: cut, ffmpeg, shortSide });
      const small = await probeFilm(cut, ffmpeg);
      assert.equal(Math.min(small.format.width, small.format.height), shortSide);
      assert.ok(Math.abs(small.format.width / small.format.height / (width / height) - 1) < 0.02);
      assert.ok(lead >= 0 && lead < 0.05, `lead ${lead}`);
      const [part, wanted] = [await lumaAt(small, ffmpeg, lead), await lumaAt(film, ffmpeg, 3)];
      const mean = (codes: ArrayLike<number>) => Array.from(codes).reduce((sum, code) => sum + code, 0) / codes.length;
      assert.ok(Math.abs(mean(part) - mean(wanted)) < 1, `${mean(part)} is not ${mean(wanted)}`);
    }
  });

  /** Luma of the first frame from so many seconds after the film's first frame on. */
  async function lumaAt(
    film: Awaited<ReturnType<typeof probeFilm>>,
    ffmpeg: Parameters<typeof decodeFrames>[1],
    seconds: number,
  ) {
    let origin: number | undefined;
    for await (const { ticks, luma } of decodeFrames(film, ffmpeg)) {
      const now = toSeconds({ ticks, timebase: film.format.timebase });
      origin ??= now;
      if (now - origin >= seconds - 0.002) return luma.data;
    }
    throw new Error(`no frame at ${seconds}`);
  }
});
