import assert from 'node:assert/strict';
import { LEAST_APART, nearGroups } from '../../../../src/review/page/timeline/near-groups.ts';

describe('marks on the timeline of a shot', () => {
  it('are as many as can be hit, for two keyframes as for six hundred, and none is left out', () => {
    const width = 800;
    for (const count of [1, 2, 20, 600]) {
      const places = Array.from({ length: count }, (_, mark) => (mark / count) * width);
      const groups = nearGroups(places, place => place);
      assert.deepEqual(groups.flat(), places);
      assert.ok(groups.length <= width / LEAST_APART + 1);
      if (width / count >= LEAST_APART) assert.equal(groups.length, count);
      for (const [at, [first]] of groups.entries()) if (at > 0) assert.ok(first! - groups[at - 1]![0]! >= LEAST_APART);
    }
  });
});
