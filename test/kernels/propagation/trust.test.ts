import assert from 'node:assert/strict';
import { farthest, fieldOf, livelyField } from '../../../harness/synthetic.ts';
import { weightTable } from '../../../src/kernels/propagation/candidate-weight.ts';
import { mixFields, weighCandidate } from '../../../src/kernels/propagation/trust.ts';
import { CHROMA_UNITS, packField, unpackField, weightsOf } from '../../../src/media/fields/propagated-field.ts';

const SIZE = { width: 23, height: 11 };
/** A bfloat16 has eight bits. */
const HALF = 2 ** -8;
const plane = (value: number) => ({ ...SIZE, data: new Float32Array(SIZE.width * SIZE.height).fill(value) });

describe('weighCandidate', () => {
  const near = weightTable({ steps: 4, interval: 16 }, 13);

  it('keeps colour and trust where the errors are 0', () => {
    const field = livelyField(SIZE);
    const carried = unpackField(weighCandidate(field, { error: plane(0), pathError: plane(0) }, near));
    for (const part of ['cb', 'cr'] as const) assert.ok(farthest(carried[part], field[part]) <= 0.51 / CHROMA_UNITS);
    assert.ok(carried.trust.every((trust, i) => Math.abs(trust - field.trust[i]!) <= HALF * field.trust[i]!));
  });

  it('trusts 1/e at the tolerance, and once less for each unit of doubt', () => {
    const sure = fieldOf(SIZE, () => [0.1, 0.1, 1]);
    const { trust } = unpackField(weighCandidate(sure, { error: plane(13), pathError: plane(1) }, near));
    assert.ok(trust.every(value => Math.abs(value - Math.exp(-2)) < HALF));
  });

  const weightOf = (keyframeDistance: { steps: number; interval: number }, error: number, pathError: number, known = 1) => {
    const field = fieldOf(SIZE, () => [0, 0, known]);
    return weightsOf(
      weighCandidate(field, { error: plane(error), pathError: plane(pathError) }, weightTable(keyframeDistance, 13)),
    )[7]!;
  };

  it('counts a colour the less the more its luma misses, and the less is known of it', () => {
    for (const keyframeDistance of [
      { steps: 3, interval: 16 },
      { steps: 20, interval: 16 },
      { steps: 30, interval: Number.POSITIVE_INFINITY },
    ]) {
      const falling = [0, 2, 5, 13, 25].map(error => weightOf(keyframeDistance, error, 0.5));
      assert.deepEqual(
        falling,
        falling.toSorted((a, b) => b - a),
      );
      assert.ok(falling[0]! > 20 * falling[4]!);
      assert.ok(weightOf(keyframeDistance, 2, 0, 0.01) < 0.2 * weightOf(keyframeDistance, 2, 0));
    }
  });

  it('counts the nearer keyframe more, and one beyond the next keyframe least', () => {
    const [close, far, beyond] = [2, 14, 18].map(steps => weightOf({ steps, interval: 16 }, 3, 0.2)) as [number, number, number];
    assert.ok(close > far && close > beyond, `${close}, ${far}, ${beyond}`);
  });

  it('never gives a weight of nothing, and no other than a number', () => {
    for (const error of [0, 255, 400]) {
      for (const pathError of [0, 8, 200]) {
        for (const known of [0, 1]) assert.ok(weightOf({ steps: 9, interval: 9 }, error, pathError, known) > 0);
      }
    }
  });
});

describe('mixFields', () => {
  const left = fieldOf(SIZE, () => [0.4, 0, 0.8]);
  const right = fieldOf(SIZE, () => [-0.4, 0.2, 0.5]);

  it('is the only candidate itself', () => {
    const mixed = mixFields([packField(left, () => 3e-4)]);
    assert.ok(farthest(mixed.cb, left.cb) < 1e-4 && farthest(mixed.trust, left.trust) < HALF);
  });

  it('is the mean by weight, as trusted as the most trusted', () => {
    const mixed = mixFields([packField(left, () => 3), packField(right, () => 1)]);
    assert.ok(Math.abs(mixed.cb[5]! - 0.2) < 1e-4 && Math.abs(mixed.cr[5]! - 0.05) < 1e-4);
    assert.ok(Math.abs(mixed.trust[5]! - 0.8) < HALF);
  });
});
