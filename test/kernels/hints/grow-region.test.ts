import assert from 'node:assert/strict';
import { growRegion } from '../../../src/kernels/hints/grow-region.ts';
import { grayPlane } from '../../../src/media/fields/plane.ts';

const [WIDTH, HEIGHT] = [40, 30];
const at = (x: number, y: number) => y * WIDTH + x;

/** A disc of one gray on another, with grain and a soft edge of about a cell. */
function disc() {
  const gray = grayPlane(WIDTH, HEIGHT);
  for (let i = 0; i < gray.data.length; i++) {
    const from = Math.hypot((i % WIDTH) - 15, Math.floor(i / WIDTH) - 14);
    gray.data[i] = (from < 9 ? 90 : from < 10 ? 130 : 170) + ((i * 7919) % 5);
  }
  return gray;
}

describe('a region grows', () => {
  it('over the thing under it, up to its edges, grain and all', () => {
    const cells = new Set(growRegion(disc(), [at(15, 14)], 0.3));
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++) {
        const from = Math.hypot(x - 15, y - 14);
        if (from < 7.5) assert.ok(cells.has(at(x, y)), `inside at ${x}, ${y}`);
        if (from > 10.5) assert.ok(!cells.has(at(x, y)), `outside at ${x}, ${y}`);
      }
  });
  it('farther with more reach, to the whole picture, never less than its seeds', () => {
    const sizes = [0, 0.2, 0.4, 1].map(reach => growRegion(disc(), [at(15, 14), at(39, 29)], reach).length);
    assert.ok(sizes.every((size, i) => size >= 2 && (i === 0 || size >= sizes[i - 1]!)));
    assert.equal(sizes.at(-1), WIDTH * HEIGHT);
  });
  it('in rising order, each cell once', () => {
    const cells = growRegion(disc(), [at(20, 14), at(15, 14)], 0.3);
    assert.deepEqual(
      cells,
      [...new Set(cells)].sort((a, b) => a - b),
    );
  });
});
