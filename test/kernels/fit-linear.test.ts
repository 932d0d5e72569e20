import assert from 'node:assert/strict';
import { fitLinear } from '../../src/kernels/fit-linear.ts';
import { resizeArea } from '../../src/kernels/resample.ts';
import { floatPlane } from '../../src/media/plane.ts';
import { dice, farthest, texture } from './synthetic.ts';

describe('fitLinear', () => {
  const SIZES = [
    { width: 40, height: 30 },
    { width: 17, height: 1 },
    { width: 2, height: 9 },
    { width: 1, height: 1 },
  ];
  for (const { width, height } of SIZES) {
    for (const factor of [1, 2, 3, 2.6]) {
      it(`gives back what was enlarged ${factor} times, ${width} x ${height}`, () => {
        const small = floatPlane(width, height);
        const random = dice(3);
        for (let i = 0; i < small.data.length; i++) small.data[i] = random() - 0.5;
        const large = resizeArea(small, Math.ceil(width * factor), Math.ceil(height * factor));
        assert.ok(farthest(fitLinear(large, width, height).data, small.data) < 1e-5);
      });
    }
  }

  it('is nearer to any picture, enlarged again, than the mean over areas is', () => {
    const large = floatPlane(90, 62);
    for (let i = 0; i < large.data.length; i++) large.data[i] = texture(i % 90, Math.floor(i / 90)) / 255 - 0.5;
    const miss = (small: typeof large) => {
      const again = resizeArea(small, 90, 62).data;
      return Math.sqrt(again.reduce((sum, value, i) => sum + (value - large.data[i]!) ** 2, 0) / again.length);
    };
    const [fitted, averaged] = [miss(fitLinear(large, 45, 31)), miss(resizeArea(large, 45, 31))];
    assert.ok(fitted < 0.85 * averaged, `${fitted} against ${averaged}`);
  });

  it('keeps an even colour', () => {
    const even = floatPlane(31, 19);
    even.data.fill(0.3);
    assert.ok(fitLinear(even, 11, 7).data.every(value => Math.abs(value - 0.3) < 1e-6));
  });
});
