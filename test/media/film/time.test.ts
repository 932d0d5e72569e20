import assert from 'node:assert/strict';
import { parseRational, rescaleTicks } from '../../../src/media/film/time.ts';

describe('time', () => {
  it('rescales to the nearest tick, ties away from zero, both signs', () => {
    const third = { num: 1, den: 3 };
    const half = { num: 1, den: 2 };
    assert.equal(rescaleTicks(1, third, half), 1);
    assert.equal(rescaleTicks(-1, third, half), -1);
    assert.equal(rescaleTicks(1, { num: 1, den: 4 }, half), 1);
    assert.equal(rescaleTicks(-1, { num: 1, den: 4 }, half), -1);
  });
  it('law: a finer timebase and back is the identity, without loss at ten hours of nanoseconds', () => {
    const ntsc = { num: 1001, den: 30000 };
    const nano = { num: 1, den: 1_000_000_000 };
    for (const ticks of [0, 1, -7, 12345, 1_078_921])
      assert.equal(rescaleTicks(rescaleTicks(ticks, ntsc, nano), nano, ntsc), ticks);
    assert.equal(rescaleTicks(36_000_000_000_000, nano, { num: 1, den: 90_000 }), 3_240_000_000);
  });
  it('reads fractions and refuses the rest', () => {
    assert.deepEqual(parseRational('30000/1001'), { num: 30000, den: 1001 });
    assert.throws(() => parseRational('25'), RangeError);
    assert.throws(() => parseRational('1/0'), RangeError);
  });
});
