import assert from 'node:assert/strict';
import { farthest, fieldOf, ODD_SIZES, picture, texture } from '../../../harness/synthetic.ts';
import { boxDecimate, resizeArea, resizeField } from '../../../src/kernels/filters/resample.ts';

describe('boxDecimate', () => {
  it('averages blocks and what is there of blocks at the edge', () => {
    const luma = { width: 5, height: 3, data: Uint8Array.of(0, 2, 10, 20, 7, 4, 6, 30, 40, 9, 1, 2, 100, 101, 255) };
    const small = boxDecimate(luma, 2, 8);
    assert.deepEqual([small.width, small.height], [3, 2]);
    assert.deepEqual([...small.data], [3, 25, 8, 2, 101, 255]);
  });

  for (const depth of [10, 12, 16]) {
    it(`scales ${depth} bits to 8`, () => {
      const top = 2 ** depth - 1;
      const luma = { width: 4, height: 2, data: Uint16Array.of(0, 0, top, top, 0, 0, top, top) };
      assert.deepEqual([...boxDecimate(luma, 2, depth).data], [0, 255]);
      const middle = { width: 2, height: 1, data: Uint16Array.of(2 ** (depth - 1), 2 ** (depth - 1)) };
      assert.deepEqual([...boxDecimate(middle, 2, depth).data], [128]);
    });
  }

  it('by one is the picture itself', () => {
    const scene = picture({ width: 33, height: 17 }, (x, y) => texture(x, y));
    assert.deepEqual(boxDecimate(scene, 1, 8).data, scene.data);
  });
});

describe('resizeArea', () => {
  it('to the same size is the identity', () => {
    const scene = picture({ width: 33, height: 17 }, (x, y) => texture(x, y));
    assert.equal(farthest(resizeArea(scene, 33, 17).data, scene.data), 0);
  });

  for (const size of ODD_SIZES) {
    for (const [width, height] of [
      [7, 5],
      [50, 200],
      [333, 100],
    ] as const) {
      it(`keeps a constant from ${size.width} x ${size.height} to ${width} x ${height}`, () => {
        const flat = { ...size, data: new Float32Array(size.width * size.height).fill(0.37) };
        assert.ok(resizeArea(flat, width, height).data.every(value => Math.abs(value - 0.37) < 1e-6));
      });
    }
  }

  it('keeps the mean when it shrinks by any ratio', () => {
    const scene = picture({ width: 161, height: 91 }, (x, y) => texture(x, y));
    const mean = (data: ArrayLike<number>) => Array.from(data).reduce((a, b) => a + b, 0) / data.length;
    assert.ok(Math.abs(mean(resizeArea(scene, 37, 29).data) - mean(scene.data)) < 1e-3);
  });

  it('lays a ramp on pixel centres, both ways', () => {
    const ramp = { width: 40, height: 8, data: Float32Array.from({ length: 320 }, (_, i) => i % 40) };
    for (const width of [10, 25, 80, 111]) {
      const out = resizeArea(ramp, width, 8);
      for (let x = 3; x < width - 3; x++) {
        const place = ((x + 0.5) * 40) / width - 0.5;
        assert.ok(
          Math.abs(out.data[4 * width + x]! - place) < 0.26,
          `${width}: ${x} holds ${out.data[4 * width + x]}, place ${place}`,
        );
      }
    }
    assert.ok(Math.abs(resizeArea(ramp, 10, 8).data[3]! - 13.5) < 1e-5);
    assert.ok(Math.abs(resizeArea(ramp, 80, 8).data[41]! - 20.25) < 1e-5);
  });
});

describe('resizeField', () => {
  it('treats cb, cr and trust alike', () => {
    const field = fieldOf({ width: 31, height: 19 }, (x, y) => [x / 62 - 0.25, y / 38 - 0.25, (x + y) / 50]);
    const small = resizeField(field, 12, 7);
    for (const name of ['cb', 'cr', 'trust'] as const) {
      const alone = resizeArea({ width: 31, height: 19, data: field[name] }, 12, 7);
      assert.equal(farthest(small[name], alone.data), 0);
    }
  });
});
