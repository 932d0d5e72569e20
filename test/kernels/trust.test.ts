import assert from 'node:assert/strict';
import { mixFields, weighTrust } from '../../src/kernels/trust.ts';
import { farthest, fieldOf, livelyField } from './synthetic.ts';

const SIZE = { width: 23, height: 11 };
const plane = (value: number) => ({ ...SIZE, data: new Float32Array(SIZE.width * SIZE.height).fill(value) });

describe('weighTrust', () => {
  const field = livelyField(SIZE);

  it('changes nothing where nothing speaks against the colour', () => {
    assert.equal(farthest(weighTrust(field, { error: plane(0), doubt: plane(0) }, 13).trust, field.trust), 0);
  });

  it('falls to 1/e at the tolerance, and once more for each unit of doubt', () => {
    const sure = fieldOf(SIZE, () => [0.1, 0.1, 1]);
    const weighed = weighTrust(sure, { error: plane(13), doubt: plane(1) }, 13);
    assert.ok(weighed.trust.every(value => Math.abs(value - Math.exp(-2)) < 1e-6));
    assert.equal(weighed.cb, sure.cb);
  });
});

describe('mixFields', () => {
  const left = fieldOf(SIZE, () => [0.4, 0, 0.8]);
  const right = fieldOf(SIZE, () => [-0.4, 0.2, 0.8]);

  it('is the end itself at either end', () => {
    assert.ok(farthest(mixFields(left, right, 1).cb, left.cb) < 1e-6);
    assert.ok(farthest(mixFields(left, right, 0).cb, right.cb) < 1e-6);
  });

  it('follows distance where both are trusted alike, and trust where they are not', () => {
    assert.ok(Math.abs(mixFields(left, right, 0.75).cb[5]! - 0.2) < 1e-6);
    const lost = fieldOf(SIZE, () => [-0.4, 0.2, 0]);
    assert.ok(Math.abs(mixFields(left, lost, 0.1).cb[5]! - 0.4) < 0.01);
    assert.ok(Math.abs(mixFields(left, lost, 0.5).trust[5]! - 0.8) < 1e-6);
  });

  it('mixes two distrusted ends by distance', () => {
    const [a, b] = [fieldOf(SIZE, () => [0.4, 0, 0]), fieldOf(SIZE, () => [-0.4, 0, 0])];
    assert.ok(Math.abs(mixFields(a, b, 0.5).cb[0]!) < 1e-6);
  });
});
