import assert from 'node:assert/strict';
import type { Plan } from '../../../src/media/plan/plan.ts';
import { formatRanges, parseRanges } from '../../../src/media/plan/shot-ranges.ts';
import { longestFirst, parseTask, taskShots } from '../../../src/media/plan/task-shots.ts';

const planOf = (lengths: readonly number[]) =>
  ({ shots: lengths.map(frames => ({ start: 0, end: frames })) }) as unknown as Pick<Plan, 'shots'>;

describe('shots by number', () => {
  it('what is written is read again', () => {
    for (const numbers of [[0], [0, 1, 2], [3, 7, 8, 9], [0, 2, 4]])
      assert.deepEqual(parseRanges(formatRanges(numbers), 10), numbers);
  });
  it('the end of a range is included, and each shot is named once', () => {
    assert.deepEqual(parseRanges('3,2..4', 5), [3, 2, 4]);
  });
  it('what is no range, or beyond the plan, is refused', () => {
    for (const text of ['', 'a', '4..2', '5', '0..5', '1...2', '-1', '1,'])
      assert.throws(() => parseRanges(text, 5), /Expected shots from 0 to 4/, text);
  });
});

describe('tasks of a farm', () => {
  it('together they are every shot once; the first has the longest', () => {
    const plan = planOf([5, 9, 1, 9, 7, 3]);
    for (const count of [1, 2, 3, 6, 8]) {
      const tasks = taskShots(plan, count);
      assert.equal(tasks.length, count);
      assert.deepEqual(tasks.flat().sort(), [0, 1, 2, 3, 4, 5]);
      assert.equal(tasks[0]![0], 1);
    }
    assert.deepEqual(longestFirst(plan), [1, 3, 4, 0, 5, 2]);
  });
  it('none is longer than another by more than a shot', () => {
    const lengths = [5, 9, 1, 9, 7, 3, 2, 2, 8];
    const sums = taskShots(planOf(lengths), 3).map(shots => shots.reduce((sum, shot) => sum + lengths[shot]!, 0));
    assert.ok(Math.max(...sums) - Math.min(...sums) <= Math.max(...lengths), sums.join());
  });
  it('a task is numbered from 0', () => {
    assert.deepEqual(parseTask('39/40'), { number: 39, count: 40 });
    for (const text of ['40/40', '1', '-1/4', '1/0', 'a/b']) assert.throws(() => parseTask(text), /Expected a task/);
  });
});
