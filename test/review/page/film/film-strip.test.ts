import assert from 'node:assert/strict';
import type { ProjectView, ShotView } from '../../../../src/review/contract.ts';
import { laneColumns } from '../../../../src/review/page/film/film-lane.ts';
import { filmSlots, thumbnailAddress } from '../../../../src/review/page/film/film-slots.ts';

const LENGTH = 10;
const shot = (number: number, more: Partial<ShotView> = {}) =>
  ({
    number,
    start: number * LENGTH,
    end: (number + 1) * LENGTH,
    keyframes: [{ index: number * LENGTH + 2, source: 'model', hints: [] }],
    planned: `planned${number}`,
    shown: null,
    state: 'stale',
    ...more,
  }) as ShotView;
const film = (count: number, first = 0) =>
  ({ shots: Array.from({ length: count }, (_, place) => shot(first + place)) }) as unknown as ProjectView;

describe('thumbnails of the whole film', () => {
  it('are as many as fit, for two shots as for two thousand, and cover the film without a gap', () => {
    for (const shots of [2, 20, 2000]) {
      const slots = filmSlots(film(shots), 12);
      assert.equal(slots.length, 12);
      assert.deepEqual([slots[0]!.from, slots.at(-1)!.to], [0, shots * LENGTH]);
      for (const [place, slot] of slots.entries()) {
        if (place > 0) assert.equal(slot.from, slots[place - 1]!.to);
        assert.ok(slot.frame >= slot.from && slot.frame < slot.to, `${slot.frame} in ${slot.from}..${slot.to}`);
        assert.ok(slot.frame >= slot.shot.start && slot.frame < slot.shot.end);
      }
    }
  });
  it('are never more than frames, and begin where the planned stretch does', () => {
    assert.equal(filmSlots(film(1), 40).length, LENGTH);
    assert.equal(filmSlots(film(3, 7), 2)[0]!.from, 7 * LENGTH);
  });
  it('show a keyframe where one lies near, which has colour without a render; else a gray frame; what is rendered as rendered', () => {
    const [first, second] = filmSlots(film(1), 2);
    assert.deepEqual([first!.frame, second!.frame], [2, 7]);
    assert.equal(thumbnailAddress(first!, 80), '/api/keyframes/2?width=80&of=planned0');
    assert.equal(thumbnailAddress(second!, 80), '/api/frames/7?width=80');
    const rendered = { frame: 7, shot: shot(0, { shown: 'old' }) };
    assert.equal(thumbnailAddress(rendered, 80), '/api/frames/7?width=80&of=old');
  });
});

describe('states and verdicts of all shots in one lane', () => {
  const reviewed = (number: number, review: ShotView['review'] & object) => shot(number, { review, state: 'rendered' });
  it('each pixel is its shot’s', () => {
    const shots = [
      reviewed(0, { status: 'approved', since: 'same' }),
      reviewed(1, { status: 'approved', since: 'changed' }),
      shot(2),
      reviewed(3, { status: 'needs-work', since: 'same' }),
    ];
    const columns = laneColumns(shots, 8, 'needs-work');
    assert.deepEqual(
      columns.map(({ state, verdict }) => `${state} ${verdict}`),
      ['rendered approved', 'rendered outdated', 'stale none', 'rendered needs-work'].flatMap(one => [one, one]),
    );
    assert.deepEqual(
      columns.map(({ sought }) => sought),
      [false, false, false, false, false, false, true, true],
    );
  });
  it('where many shots share a pixel, the one that needs work is seen', () => {
    const shots = Array.from({ length: 2000 }, (_, number) => reviewed(number, { status: 'approved', since: 'same' }));
    shots[777] = reviewed(777, { status: 'needs-work', since: 'same' });
    const columns = laneColumns(shots, 500, 'all');
    assert.deepEqual(
      columns.flatMap(({ verdict }, x) => (verdict === 'approved' ? [] : [[x, verdict]])),
      [[194, 'needs-work']],
    );
  });
});
