import assert from 'node:assert/strict';
import { flowOf, picture, quantile, texture } from '../../../harness/synthetic.ts';
import {
  type BrightnessNormalisation,
  betterFlow,
  consistencyError,
  photometricError,
} from '../../../src/kernels/flow/compare.ts';

const SIZE = { width: 97, height: 61 };
const STILL = flowOf(SIZE, () => [0, 0]);

describe('consistencyError', () => {
  it('is zero where there and back agree', () => {
    const error = consistencyError(
      flowOf(SIZE, () => [3.25, -1.5]),
      flowOf(SIZE, () => [-3.25, 1.5]),
    );
    assert.ok(error.data.every(value => value < 1e-6));
  });

  it('is the length of what is missing, in cells', () => {
    const error = consistencyError(
      flowOf(SIZE, () => [3, 0]),
      flowOf(SIZE, () => [0, 4]),
    );
    assert.ok(error.data.every(value => Math.abs(value - 5) < 1e-6));
  });
});

describe('betterFlow', () => {
  const scored = (dx: number, level: (x: number) => number) => ({
    flow: flowOf(SIZE, () => [dx, -dx]),
    error: { ...SIZE, data: Float32Array.from({ length: SIZE.width * SIZE.height }, (_, i) => level(i % SIZE.width)) },
  });

  it('takes each cell from the flow with less error, and the first where they are alike', () => {
    const { flow, error } = betterFlow(
      scored(1, x => x),
      scored(2, () => 40),
    );
    for (let i = 0; i < error.data.length; i++) {
      const x = i % SIZE.width;
      assert.deepEqual([flow.data[2 * i], flow.data[2 * i + 1], error.data[i]], x > 40 ? [2, -2, 40] : [1, -1, x]);
    }
  });
});

describe('photometricError', () => {
  const scene = picture(SIZE, (x, y) => 20 + 0.7 * texture(x, y));
  const error = (from: typeof scene, normalise: BrightnessNormalisation) =>
    [...photometricError(scene, from, STILL, { window: 7, normalise }).data] as number[];

  it('is zero for the same picture, however brightness is normalised', () => {
    for (const normalise of ['none', 'mean', 'mean-and-gain'] as const) {
      assert.ok(Math.max(...error(scene, normalise)) < 1e-3, normalise);
    }
  });

  it('is the difference in levels when nothing is normalised', () => {
    const brighter = picture(SIZE, (x, y) => scene.data[y * SIZE.width + x]! + 9);
    assert.ok(error(brighter, 'none').every(value => Math.abs(value - 9) < 1e-4));
    assert.ok(Math.max(...error(brighter, 'mean')) < 1e-3);
  });

  it('treats a change of contrast as flicker only with mean-and-gain', () => {
    const harder = picture(SIZE, (x, y) => 1.2 * scene.data[y * SIZE.width + x]! - 10);
    assert.ok(quantile(error(harder, 'mean'), 0.5) > 2);
    assert.ok(quantile(error(harder, 'mean-and-gain'), 0.9) < 1);
  });

  it('still sees different content after normalising', () => {
    const other = picture(SIZE, (x, y) => 20 + 0.7 * texture(x, y, 99));
    for (const normalise of ['none', 'mean', 'mean-and-gain'] as const)
      assert.ok(quantile(error(other, normalise), 0.5) > 8, normalise);
  });

  it('follows the flow', () => {
    const moved = picture(SIZE, (x, y) => 20 + 0.7 * texture(x - 3, y + 2));
    const followed = photometricError(
      scene,
      moved,
      flowOf(SIZE, () => [3, -2]),
      { window: 5, normalise: 'none' },
    );
    for (let y = 8; y < SIZE.height - 8; y++) {
      for (let x = 8; x < SIZE.width - 8; x++) assert.ok(followed.data[y * SIZE.width + x]! < 1e-3);
    }
  });
});
