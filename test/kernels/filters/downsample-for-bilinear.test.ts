import assert from 'node:assert/strict';
import { dice, farthest, texture } from '../../../harness/synthetic.ts';
import { downsampleForBilinear } from '../../../src/kernels/filters/downsample-for-bilinear.ts';
import { resizeArea } from '../../../src/kernels/filters/resample.ts';
import { floatPlane } from '../../../src/media/fields/plane.ts';

describe('fitLinear', () => {
  const planeOf = (width: number, height: number, value: (x: number, y: number) => number) => {
    const plane = floatPlane(width, height);
    for (let i = 0; i < plane.data.length; i++) plane.data[i] = value(i % width, Math.floor(i / width));
    return plane;
  };
  const rms = (a: Float32Array, b: Float32Array) =>
    Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);

  for (const factor of [2, 3, 2.6]) {
    it(`is nearer to what was enlarged ${factor} times than the mean over areas, also when that was rounded`, () => {
      const small = planeOf(60, 41, (x, y) => texture(4 * x, 4 * y) / 255 - 0.5);
      const [width, height] = [Math.ceil(60 * factor), Math.ceil(41 * factor)];
      const random = dice(3);
      const large = resizeArea(small, width, height);
      for (const noise of [0, 1 / 255]) {
        const seen = { ...large, data: large.data.map(value => value + noise * (random() - 0.5)) };
        const [fitted, averaged] = [downsampleForBilinear(seen, 60, 41), resizeArea(seen, 60, 41)].map(one =>
          rms(one.data, small.data),
        );
        assert.ok(fitted! < 0.8 * averaged!, `${fitted} against ${averaged}`);
      }
    });
  }

  it('copies a side that stays', () => {
    for (const [width, height] of [
      [40, 30],
      [17, 1],
      [1, 1],
    ] as const) {
      const plane = planeOf(width, height, (x, y) => Math.sin(x * y + x));
      assert.ok(farthest(downsampleForBilinear(plane, width, height).data, plane.data) < 1e-6);
    }
  });

  it('keeps an even colour, and a slope but for its ends', () => {
    const even = downsampleForBilinear(
      planeOf(31, 19, () => 0.3),
      11,
      1,
    );
    assert.ok(even.data.every(value => Math.abs(value - 0.3) < 1e-6));
    const slope = downsampleForBilinear(
      planeOf(80, 3, x => (x + 0.5) / 100),
      40,
      3,
    );
    for (let x = 5; x < 35; x++) assert.ok(Math.abs(slope.data[40 + x]! - (2 * x + 1) / 100) < 1e-3, `${x}`);
  });
});
