import assert from 'node:assert/strict';
import { grayPlane } from '../../../src/media/fields/plane.ts';
import { pickScenes } from '../../../src/stages/survey/pick-scenes.ts';
import type { ScannedFrame } from '../../../src/stages/survey/scan-film.ts';

const WIDTH = 60;
const HEIGHT = 40;

/** Texture number `scene`, shifted a little by `seconds`, at this brightness. */
function frame(seconds: number, scene: number, { light = 1, contrast = 1 } = {}): ScannedFrame {
  const gray = grayPlane(WIDTH, HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const wave =
        Math.sin((x + 0.1 * seconds) / (4 + 3 * scene) + scene) * Math.cos(y / (3 + 2 * ((scene * 7) % 5)) + 2 * scene);
      gray.data[y * WIDTH + x] = Math.round(light * (120 + contrast * 70 * wave));
    }
  }
  return { seconds, gray };
}

async function picked(frames: readonly ScannedFrame[], most: number): Promise<number[]> {
  async function* stream() {
    yield* frames;
  }
  return (await pickScenes(stream(), most)).map(({ seconds }) => seconds);
}

describe('pick scenes', () => {
  it('one frame of each scene, the first; light that changes is no scene', async () => {
    const frames = [frame(0, 0), frame(2, 0, { light: 0.7 }), frame(5, 1), frame(6, 1), frame(9, 2), frame(11, 0), frame(12, 0)];
    assert.deepEqual(await picked(frames, 4), [0, 5, 9, 11]);
  });

  it('passes over leader and fades from black: the first frame on which something is seen', async () => {
    const flat = { contrast: 0 };
    const faint = { contrast: 0.05 };
    assert.deepEqual(
      await picked([frame(0, 0, flat), frame(1, 0, flat), frame(2, 1, faint), frame(3, 1), frame(7, 2)], 2),
      [3, 7],
    );
    assert.deepEqual(
      await picked([frame(0, 0, flat), frame(1, 0, flat)], 1),
      [0],
      'a film in which nothing is seen still has a frame',
    );
  });

  it('fills a sheet from long takes with frames far from each other', async () => {
    const take = Array.from({ length: 13 }, (_, i) => frame(10 * i, 0));
    const [first, middle, last] = await picked(take, 3);
    assert.deepEqual([first, last], [0, 120]);
    assert.ok(middle! >= 50 && middle! <= 70);
    assert.equal((await picked(take, 50)).length, 13);
  });

  it('many scenes are thinned to a spread over the film, of bounded size', async () => {
    const many = Array.from({ length: 300 }, (_, i) => frame(i, i % 5));
    const times = await picked(many, 10);
    assert.equal(times.length, 10);
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    assert.ok(Math.max(...gaps) <= 80, `gaps of ${gaps.join()}`);
    assert.deepEqual(await picked([], 5), []);
  });
});
