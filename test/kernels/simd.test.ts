import assert from 'node:assert/strict';
import { type Kernels, plainKernels } from '../../src/kernels/kernels.ts';
import { loadKernels } from '../../src/kernels/simd.ts';
import { farthest, livelyFlow, ODD_SIZES, picture, texture } from './synthetic.ts';

const SIZES = [
  ...ODD_SIZES,
  { width: 8, height: 8 },
  { width: 16, height: 16 },
  { width: 200, height: 9 },
  { width: 64, height: 48 },
];

describe('vector kernels equal their plain twins', () => {
  let fast: Kernels;
  before(async () => {
    fast = await loadKernels();
  });

  for (const size of SIZES) {
    const name = `${size.width} x ${size.height}`;
    const at = picture(size, (x, y) => texture(x, y));
    const from = picture(size, (x, y) => 0.95 * texture(x * 1.02 - 2.3, y - 1.7) + 3);

    for (const finestScale of [0, 1, 2] as const) {
      it(`estimateFlow, finest scale ${finestScale}, ${name}`, () => {
        for (const options of [{ finestScale }, { finestScale, iterations: 2 }, { finestScale, initial: livelyFlow(size) }]) {
          const plain = plainKernels.estimateFlow(at, from, options);
          assert.ok(farthest(fast.estimateFlow(at, from, options).data, plain.data) < 1e-5);
        }
      });
    }
  }
});
