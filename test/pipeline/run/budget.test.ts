import assert from 'node:assert/strict';
import type { PictureFormat } from '../../../src/media/film/frame.ts';
import { filmBytes, filmsAtOnce } from '../../../src/pipeline/run/budget.ts';

const GB = 1e9;
const SETTINGS = { keyframeEvery: 24, keyframes: undefined };
const format = (width: number, height: number, depth = 8): PictureFormat => ({
  width,
  height,
  depth,
  range: 'limited',
  matrix: 'bt709',
  timebase: { num: 1, den: 24 },
});

describe('films at once', () => {
  it('a film takes what was measured at 720p, more at 2160p and 10 bit, less at 480p', () => {
    const hd = filmBytes(format(1280, 720), SETTINGS);
    assert.ok(Math.abs(hd - 0.71 * GB) < 0.1 * GB, `${hd / GB} GB`);
    assert.ok(filmBytes(format(3840, 2160, 10), SETTINGS) > 4 * hd);
    assert.ok(filmBytes(format(640, 480), SETTINGS) < hd);
  });

  it('as many as are wanted, are there and fit; a warning where fewer fit', () => {
    const warnings: string[] = [];
    const warn = (message: string) => void warnings.push(message);
    const sizes = [1 * GB, 2 * GB, 1 * GB, 0];
    assert.equal(filmsAtOnce(2, sizes, { free: 5 * GB, warn }), 2);
    assert.equal(filmsAtOnce(9, sizes, { free: 64 * GB, warn }), 4);
    assert.deepEqual(warnings, []);
    assert.equal(filmsAtOnce(4, sizes, { free: 5 * GB, warn }), 2);
    assert.match(warnings[0]!, /^4 films at once, of up to 2\.0 GB each, do not fit into 5\.0 GB of free memory; 2 at once/);
    assert.equal(filmsAtOnce(4, sizes, { free: 0.1 * GB, warn }), 1);
  });
});
