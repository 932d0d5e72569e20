import assert from 'node:assert/strict';
import type { Film } from '../../../src/media/film/film.ts';
import { type ShotSampler, sampleShots } from '../../../src/stages/keyframes/shot-samples.ts';

const film = { format: { width: 64, height: 48 } } as Film;
const SHOTS = [
  { start: 0, end: 30 },
  { start: 30, end: 33 },
  { start: 33, end: 700 },
  { start: 700, end: 3000 },
  { start: 3000, end: 3010 },
];
const FRAMES = 3010;

/** The frames sampled of every shot, where each picture has come by the time that `late` frames after it have been surveyed. */
async function sampled(late: number): Promise<number[][]> {
  const sampler = sampleShots(film, 24);
  const found: Promise<number[]>[] = [];
  for (let index = 0; index < FRAMES + late; index++) {
    if (index >= late && (index - late) % 12 === 0) deliver(sampler, index - late);
    if (index >= FRAMES) continue;
    sampler.passed(index);
    const decided = SHOTS.find(({ end }) => end === index - 100);
    if (decided) found.push(indexesOf(sampler, decided));
  }
  for (const shot of SHOTS.slice(found.length)) found.push(indexesOf(sampler, shot));
  sampler.end();
  return Promise.all(found);
}
/** Each picture carries its own frame in its first byte, as far as that goes. */
const deliver = (sampler: ShotSampler, index: number) =>
  sampler.job.take(new Uint8Array(sampler.job.pictureBytes).fill(index % 251));
async function indexesOf(sampler: ShotSampler, shot: { start: number; end: number }): Promise<number[]> {
  const samples = await sampler.samplesOf(shot);
  for (const { index, gray } of samples) assert.equal(gray.data[0], index % 251);
  return samples.map(({ index }) => index);
}

describe('samples of shots', () => {
  it('are evenly spaced, inside the shot, and eight at most', async () => {
    const all = await sampled(0);
    assert.deepEqual(all[0], [0, 12, 24]);
    assert.deepEqual(all[1], []);
    assert.deepEqual(all[2], [96, 192, 288, 384, 480, 576, 672]);
    assert.deepEqual(all[3], [768, 1152, 1536, 1920, 2304, 2688]);
    assert.deepEqual(all[4], [3000]);
  });
  it('do not depend on when pictures come', async () => {
    const all = await sampled(0);
    for (const late of [1, 40, 300]) assert.deepEqual(await sampled(late), all, `${late} frames late`);
  });
  it('are what has come, where no more will', async () => {
    const sampler = sampleShots(film, 24);
    deliver(sampler, 0);
    const waiting = sampler.samplesOf({ start: 0, end: 50 });
    assert.equal(sampler.holds(12), false);
    sampler.end();
    assert.deepEqual(
      (await waiting).map(({ index }) => index),
      [0],
    );
  });
  it('are as large as the model wants, bars allowed for, and never larger than the film', () => {
    assert.equal(sampleShots(film, 24).job.pictureBytes, 43 * 32);
    assert.equal(sampleShots(film, 256).job.pictureBytes, 64 * 48);
  });
});
