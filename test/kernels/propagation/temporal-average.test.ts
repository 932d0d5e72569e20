import assert from 'node:assert/strict';
import { farthest, fieldOf, flowOf, livelyField, livelyFlow, motion, ODD_SIZES } from '../../../harness/synthetic.ts';
import { type Kernels, plainKernels } from '../../../src/kernels/kernels.ts';
import type { Neighbour } from '../../../src/kernels/propagation/temporal-average.ts';
import { loadKernels } from '../../../src/kernels/wasm/wasm-kernels.ts';

const SIZE = { width: 63, height: 41 };
const STILL = flowOf(SIZE, () => [0, 0]);

describe('temporalAverage', () => {
  let fast: Kernels;
  before(async () => {
    fast = await loadKernels();
  });
  const beside = (field: Neighbour['field'], toward = STILL, away = STILL): Neighbour => ({
    field,
    toward: motion(toward, away),
  });

  for (const size of [...ODD_SIZES, { width: 1, height: 9 }]) {
    it(`is its plain twin, at ${size.width} x ${size.height}`, () => {
      const [flow, back] = [livelyFlow(size), flowOf(size, (x, y) => [Math.sin(y / 5) / 2, x / 50])];
      const other = fieldOf(size, (x, y) => [Math.sin(x) / 3, Math.cos(y) / 3, 1]);
      const neighbours = [
        beside(
          other,
          flow,
          flowOf(size, (x, y) => [Math.sin(y), -x / 70]),
        ),
        beside(
          other,
          back,
          flowOf(size, (x, y) => [-Math.sin(y / 5) / 2 + 0.6, -x / 50]),
        ),
      ];
      for (const some of [neighbours, neighbours.slice(1), []]) {
        const [one, twin] = [
          fast.temporalAverage(livelyField(size), some, 0.3),
          plainKernels.temporalAverage(livelyField(size), some, 0.3),
        ];
        for (const part of ['cb', 'cr', 'trust'] as const) assert.ok(farthest(one[part], twin[part]) < 1e-4, part);
      }
    });
  }

  it('is the mean of three frames where nothing moves', () => {
    const of = (cb: number) => fieldOf(SIZE, () => [cb, -cb, 0.5]);
    const steady = fast.temporalAverage(of(0.1), [beside(of(0.4)), beside(of(-0.2))], 1 / 3);
    assert.ok(steady.cb.every(value => Math.abs(value - 0.1) < 1e-6) && steady.cr.every(value => Math.abs(value + 0.1) < 1e-6));
    const pulled = fast.temporalAverage(of(0.1), [beside(of(0.4))], 1 / 3);
    assert.ok(pulled.cb.every(value => Math.abs(value - 0.2) < 1e-6));
    assert.ok(pulled.trust.every(value => value === 0.5));
  });

  it('follows the motion: a texture that moves with its colour stays as it is', () => {
    const at = (shift: number) => fieldOf(SIZE, (x, y) => [Math.sin((x + shift) / 4) / 3, Math.cos(y / 5) / 3, 1]);
    const by = (dx: number) => flowOf(SIZE, () => [dx, 0]);
    const steady = fast.temporalAverage(at(2), [beside(at(0), by(2), by(-2)), beside(at(4), by(-2), by(2))], 1 / 3);
    for (let y = 0; y < SIZE.height; y++) {
      for (let x = 3; x < SIZE.width - 3; x++) {
        const i = y * SIZE.width + x;
        assert.ok(Math.abs(steady.cb[i]! - at(2).cb[i]!) < 1e-6);
      }
    }
  });

  it('takes nothing from where motion is not found back', () => {
    const field = livelyField(SIZE);
    const lost = beside(
      fieldOf(SIZE, () => [0.5, 0.5, 1]),
      flowOf(SIZE, () => [1.5, 0]),
      STILL,
    );
    const steady = fast.temporalAverage(field, [lost], 1 / 3);
    for (const part of ['cb', 'cr', 'trust'] as const) assert.equal(farthest(steady[part], field[part]), 0);
  });
});
