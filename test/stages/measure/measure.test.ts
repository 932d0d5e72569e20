import assert from 'node:assert/strict';
import { TimeComparer } from '../../../src/stages/measure/compare-times.ts';
import { compareStreams, type StreamHash } from '../../../src/stages/measure/hash-streams.ts';
import { keyframeJumps } from '../../../src/stages/measure/keyframe-jumps.ts';

describe('keyframe hand-overs', () => {
  const course = (cb: number[]) => ({ cb, cr: cb.map(() => 0) });

  it('constant chroma has no jump; a jump at a keyframe is measured there', () => {
    const even = keyframeJumps(course([0, 1, 2, 3, 4, 5, 6]), [0, 3, 6]);
    assert.deepEqual(even, { count: 1, jump: 1, typical: 1, worst: { frame: 3, jump: 1 } });
    const leap = keyframeJumps(course([0, 1, 2, 3, 9, 10, 11, 12, 13]), [0, 3, 6, 8]);
    assert.deepEqual(leap, { count: 2, jump: 3.5, typical: 1, worst: { frame: 3, jump: 6 } });
  });

  it('a leap anywhere else is none, and without an inner keyframe there is nothing to say', () => {
    assert.equal(keyframeJumps(course([0, 0, 0, 8, 8, 8, 8]), [0, 5, 6])!.jump, 0);
    assert.equal(keyframeJumps(course([0, 5, 1, 7]), [0, 3]), undefined);
    assert.equal(keyframeJumps(course([]), []), undefined);
  });

  it('both chroma count', () => {
    assert.equal(keyframeJumps({ cb: [0, 0, 3, 3], cr: [0, 0, 4, 4] }, [1])!.jump, 5);
  });
});

describe('times of two films', () => {
  it('are the same in another timebase, with another start, and when rounded to it', () => {
    const times = new TimeComparer({ num: 1001, den: 24000 }, { num: 1, den: 1000 });
    for (let i = 0; i < 200; i++) times.add(i + 7, 500 + Math.round((i * 1001) / 24));
    const { largestDifference, allowed, astray, firstAstray } = times.summary();
    assert.ok(largestDifference > 0 && largestDifference <= 0.0005);
    assert.deepEqual([allowed, astray, firstAstray], [1001 / 24000, 0, undefined]);
  });

  it('one frame that is late is found', () => {
    const times = new TimeComparer({ num: 1, den: 25 }, { num: 1, den: 90_000 });
    for (let i = 0; i < 50; i++) times.add(i, 3600 * i + (i === 31 ? 3601 : 0));
    assert.deepEqual(times.summary(), { largestDifference: 3601 / 90_000, allowed: 1 / 25, astray: 1, firstAstray: 31 });
  });
});

describe('streams of two films', () => {
  const stream = (index: number, kind: 'audio' | 'subtitle', hash: string): StreamHash => ({
    stream: { index, kind, codec: 'any', cover: false },
    packets: 3,
    hash,
  });

  it('are found by their packets wherever they stand; two equal ones need two', () => {
    const source = [stream(1, 'audio', 'x'), stream(2, 'audio', 'x'), stream(3, 'subtitle', 's')];
    const fates = (result: StreamHash[]) => compareStreams(source, result).map(({ fate }) => fate);
    assert.deepEqual(fates([stream(0, 'subtitle', 's'), stream(1, 'audio', 'x'), stream(2, 'audio', 'x')]), [
      'same',
      'same',
      'same',
    ]);
    assert.deepEqual(fates([stream(1, 'audio', 'x'), stream(2, 'audio', 'y')]), ['same', 'different', 'missing']);
    assert.deepEqual(fates([]), ['missing', 'missing', 'missing']);
  });
});
