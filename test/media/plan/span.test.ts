import assert from 'node:assert/strict';
import type { Keyframe } from '../../../src/media/plan/keyframe.ts';
import { spansOf } from '../../../src/media/plan/span.ts';

const keys = (...indexes: number[]): Keyframe[] => indexes.map(index => ({ index, color: { kind: 'model' } }));
const shot = (start: number, end: number) => ({ start, end, kind: 'steady' as const });
const alone = (longest: number) => ({ longest, joined: 0 });
const shape = (spans: ReturnType<typeof spansOf>) =>
  spans.map(({ start, end, left, right }) => `${start}-${end} ${left.kind}/${right.kind}`);

describe('spans of a shot', () => {
  it('lie between neighbouring keyframes and share the keyframe frame', () => {
    assert.deepEqual(shape(spansOf(shot(10, 31), keys(10, 20, 30), alone(100))), [
      '10-21 keyframe/keyframe',
      '20-31 keyframe/keyframe',
    ]);
  });
  it('are open at an end of the shot that has no keyframe', () => {
    assert.deepEqual(shape(spansOf(shot(0, 20), keys(5), alone(100))), ['0-6 open/keyframe', '5-20 keyframe/open']);
    assert.deepEqual(shape(spansOf(shot(0, 20), [], alone(100))), ['0-20 open/open']);
  });
  it('hold one frame where the shot does', () => {
    assert.deepEqual(shape(spansOf(shot(7, 8), keys(7), alone(100))), ['7-8 keyframe/open']);
  });
  it('are cut again when they would not fit in memory, both keyframes’ colour reaching every piece', () => {
    assert.deepEqual(shape(spansOf(shot(0, 25), keys(0, 24), alone(10))), [
      '0-10 keyframe/propagated',
      '9-19 propagated/propagated',
      '18-25 propagated/keyframe',
    ]);
    assert.deepEqual(shape(spansOf(shot(0, 25), keys(12), alone(10))), [
      '0-10 open/propagated',
      '9-13 open/keyframe',
      '12-22 keyframe/open',
      '21-25 propagated/open',
    ]);
  });
  it('are joined where two share a keyframe and memory can hold both, and not where either is cut', () => {
    const joined = (indexes: number[], longest: number, most: number) =>
      spansOf(shot(0, 41), keys(...indexes), { longest, joined: most }).map(span => span.joined);
    assert.deepEqual(joined([0, 10, 20, 40], 100, 100), [true, true, false]);
    assert.deepEqual(joined([0, 10, 20, 40], 100, 21), [true, false, false]);
    assert.deepEqual(joined([0, 10, 20, 40], 15, 100), [true, false, false, false]);
    assert.deepEqual(joined([10, 20], 100, 100), [true, true, false]);
    assert.deepEqual(joined([0, 10, 20, 40], 100, 0), [false, false, false]);
  });
  it('law: whatever the keyframes, spans meet in one frame, cover the shot and are never longer than allowed', () => {
    for (let seed = 1; seed < 200; seed++) {
      const start = seed % 7;
      const end = start + 1 + ((seed * 37) % 90);
      const indexes = Array.from({ length: end - start }, (_, i) => start + i).filter(i => (i * seed * 7919) % 11 === 0);
      const longest = 8 + (seed % 20);
      const spans = spansOf(shot(start, end), keys(...indexes), alone(longest));
      assert.equal(spans[0]!.start, start);
      assert.equal(spans.at(-1)!.end, end);
      for (const [i, span] of spans.entries()) {
        assert.ok(span.end - span.start <= longest && span.end > span.start);
        if (i > 0) assert.equal(span.start, spans[i - 1]!.end - 1);
      }
    }
  });
});
