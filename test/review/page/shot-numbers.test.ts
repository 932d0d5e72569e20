import assert from 'node:assert/strict';
import { readShots, shotsInWords } from '../../../src/review/page/elsewhere/shot-numbers.ts';

const FILM = { count: 12, but: 0 };

describe('shots as people write them', () => {
  it('are numbers from 1, ranges, or all; the shot itself is left out', () => {
    assert.deepEqual(readShots('2, 5-7', FILM), [1, 4, 5, 6]);
    assert.deepEqual(readShots(' 7 3;3 1', FILM), [2, 6]);
    assert.deepEqual(readShots('all', { count: 4, but: 2 }), [0, 1, 3]);
  });
  it('that cannot be read get one sentence', () => {
    for (const text of ['13', '0', '7-5', 'two', '2-13', '-3'])
      assert.equal(readShots(text, FILM), `Expected shots such as 2, 5-7 or all, from 1 to 12; received "${text}".`);
    for (const text of ['1', '']) assert.match(readShots(text, FILM) as string, /Expected other shots than shot 1/);
  });
  it('are told as a phrase', () => {
    assert.equal(shotsInWords([2]), 'shot 3');
    assert.equal(shotsInWords([2, 8, 40]), 'shots 3, 9 and 41');
    assert.equal(shotsInWords([0, 1, 4, 5, 6]), 'shots 1, 2 and 5 to 7');
    assert.equal(shotsInWords([4, 5, 6]), 'shots 5 to 7');
  });
});
