import assert from 'node:assert/strict';
import { Arena } from '../../../src/kernels/wasm/arena.ts';
import { instantiateKernels } from '../../../src/kernels/wasm/load-kernels.ts';

describe('Arena', () => {
  it('hands out aligned places that do not overlap, and keeps what is put there while it grows', async () => {
    const wasm = await instantiateKernels();
    const arena = new Arena(wasm.memory, wasm.heapBase());
    const samples = Float32Array.from({ length: 1001 }, (_, i) => i / 3);
    const first = arena.put(samples);
    const second = arena.take(3_000_000);
    assert.equal(first % 64, 0);
    assert.equal(second % 64, 0);
    assert.ok(second >= first + samples.byteLength);
    const back = new Float32Array(1001);
    arena.get(first, back);
    assert.deepEqual(back, samples);
  });

  it('does not grow when the same work is done again', async () => {
    const wasm = await instantiateKernels();
    const arena = new Arena(wasm.memory, wasm.heapBase());
    const sizes = Array.from({ length: 50 }, () => {
      arena.clear();
      for (let i = 0; i < 10; i++) arena.take(100_000);
      return arena.size;
    });
    assert.deepEqual(new Set(sizes).size, 1);
  });
});
