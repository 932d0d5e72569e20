import assert from 'node:assert/strict';
import type { ShotView } from '../../../../src/review/contract.ts';
import { isSought, nextSought, SHOT_FILTERS, verdictOf } from '../../../../src/review/page/state/shot-filter.ts';

const shot = (start: number, more: Partial<ShotView> = {}) =>
  ({ start, end: start + 10, state: 'rendered', ...more }) as ShotView;
const verdict = (status: 'approved' | 'needs-work', since: 'same' | 'changed' = 'same') => ({ review: { status, since } });

describe('which shots are looked for', () => {
  const shots = [
    shot(0, verdict('approved')),
    shot(10, verdict('needs-work')),
    shot(20, { review: { note: 'sky', since: 'same' } }),
    shot(30, verdict('approved', 'changed')),
    shot(40, { ...verdict('needs-work'), state: 'stale' }),
  ];
  it('by verdict, note and state; an approval of another state of the shot counts for nothing', () => {
    const found = SHOT_FILTERS.map(({ name }) => [name, shots.filter(one => isSought(one, name)).map(({ start }) => start)]);
    assert.deepEqual(Object.fromEntries(found), {
      all: [0, 10, 20, 30, 40],
      'needs-work': [10, 40],
      open: [10, 20, 30, 40],
      noted: [20],
      stale: [40],
    });
  });
  it('the next one lies after the frame; after the last comes the first; where there is none, none', () => {
    assert.deepEqual(
      [0, 10, 15, 40, 49].map(frame => nextSought({ shots }, frame, 'needs-work')?.start),
      [10, 40, 40, 10, 10],
    );
    assert.equal(nextSought({ shots: [shot(0)] }, 0, 'noted'), undefined);
  });
  it('a verdict in words says when the shot was changed after it', () => {
    assert.deepEqual(shots.map(verdictOf), ['approved', 'needs work', 'no verdict', 'approved, changed since', 'needs work']);
  });
});
