import assert from 'node:assert/strict';
import { farthest, fieldOf, ODD_SIZES, picture, texture } from '../../../harness/synthetic.ts';
import { guidedUpsample, smoothField } from '../../../src/kernels/filters/guided-filter.ts';
import { boxDecimate } from '../../../src/kernels/filters/resample.ts';

const OPTIONS = { radius: 3, epsilon: 1e-4 };

describe('guidedUpsample', () => {
  for (const size of ODD_SIZES) {
    for (const factor of [1, 2, 3.3]) {
      it(`keeps a constant colour, ${size.width} x ${size.height} times ${factor}`, () => {
        const big = { width: Math.round(size.width * factor), height: Math.round(size.height * factor) };
        const out = guidedUpsample(
          fieldOf(size, () => [0.3, -0.2, 1]),
          picture(size, (x, y) => texture(x * factor, y * factor)),
          picture(big, (x, y) => texture(x, y)),
          OPTIONS,
        );
        assert.deepEqual([out.cb.width, out.cb.height], [big.width, big.height]);
        assert.ok(out.cb.data.every(value => Math.abs(value - 0.3) < 6e-4));
        assert.ok(out.cr.data.every(value => Math.abs(value + 0.2) < 6e-4));
      });
    }
  }

  it('puts the colour edge where the luma edge is, sharper than the grid', () => {
    const big = { width: 128, height: 64 };
    const edge = (x: number) => (x < 61 ? 40 : 200);
    const high = picture(big, x => edge(x));
    const low = boxDecimate(high, 4, 8);
    const field = fieldOf(low, x => (x < 15 ? [0.2, 0, 1] : x > 15 ? [-0.2, 0, 1] : [0.1, 0, 1]));
    const out = guidedUpsample(field, low, high, OPTIONS);
    const row = 32 * big.width;
    assert.ok(out.cb.data[row + 59]! > 0.1, `left of the edge ${out.cb.data[row + 59]}`);
    assert.ok(out.cb.data[row + 62]! < -0.1, `right of the edge ${out.cb.data[row + 62]}`);
  });

  it('gives cells of trust 0 no say, and is neutral where there is no trust at all', () => {
    const size = { width: 60, height: 30 };
    const gray = picture(size, (x, y) => texture(x, y));
    const field = fieldOf(size, x => (x < 40 ? (x % 2 === 0 ? [0.25, 0.1, 1] : [-0.5, -0.5, 0]) : [0.5, 0.5, 0]));
    const out = guidedUpsample(field, gray, gray, OPTIONS);
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < 36; x++) assert.ok(Math.abs(out.cb.data[y * size.width + x]! - 0.25) < 1e-3);
      for (let x = 47; x < size.width; x++) assert.ok(Math.abs(out.cb.data[y * size.width + x]!) < 1e-3);
    }
  });
});

describe('smoothField', () => {
  it('fills a hole from neighbours of similar luma and returns their mean trust', () => {
    const size = { width: 40, height: 40 };
    const guide = picture(size, x => (x < 20 ? 60 : 180));
    const isHole = (x: number, y: number) => x >= 18 && x < 22 && y >= 10 && y < 30;
    const field = fieldOf(size, (x, y) => (isHole(x, y) ? [0, 0, 0] : x < 20 ? [0.3, 0, 0.8] : [-0.3, 0, 0.8]));
    const smooth = smoothField(field, guide, { radius: 4, epsilon: 1e-4 });
    for (const x of [18, 19]) assert.ok(smooth.cb[20 * 40 + x]! > 0.15, `cell ${x} holds ${smooth.cb[20 * 40 + x]}`);
    for (const x of [20, 21]) assert.ok(smooth.cb[20 * 40 + x]! < -0.15, `cell ${x} holds ${smooth.cb[20 * 40 + x]}`);
    assert.ok(Math.abs(smooth.trust[20 * 40 + 20]! - 0.8) < 0.01);
  });

  it('keeps a colour that follows luma', () => {
    const size = { width: 63, height: 41 };
    const guide = picture(size, (x, y) => texture(x, y));
    const field = fieldOf(size, (x, y) => [guide.data[y * 63 + x]! / 1000, -guide.data[y * 63 + x]! / 2000, 1]);
    assert.ok(farthest(smoothField(field, guide, { radius: 3, epsilon: 1e-7 }).cb, field.cb) < 1e-3);
  });
});
