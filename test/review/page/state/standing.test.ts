import assert from 'node:assert/strict';
import type { ProjectView, ShotView } from '../../../../src/review/contract.ts';
import { afterKind, type Looked, shotOf, standing } from '../../../../src/review/page/state/standing.ts';

const shot = (more: Partial<ShotView> = {}) =>
  ({
    number: 0,
    start: 0,
    end: 10,
    keyframes: [{ index: 0, source: 'model', hints: [] }],
    planned: 'new',
    shown: 'new',
    ...more,
  }) as ShotView;
const project = (...shots: ShotView[]) => ({ shots }) as unknown as ProjectView;
const looked = (more: Partial<Looked> = {}): Looked => ({
  project: project(shot()),
  frame: 3,
  view: 'wipe',
  link: 'open',
  before: 'here',
  after: 'here',
  drawn: undefined,
  ...more,
});

describe('what stands on the stage', () => {
  it('the film as planned is after; a keyframe of a stale shot is as planned, every other frame as it was; without any there is none', () => {
    assert.equal(afterKind(shot(), 0), 'rendered');
    assert.equal(afterKind(shot({ shown: 'old' }), 0), 'planned');
    assert.equal(afterKind(shot({ shown: 'old' }), 3), 'earlier');
    assert.equal(afterKind(shot({ shown: null }), 0), 'planned');
    assert.equal(afterKind(shot({ shown: null }), 3), 'none');
  });
  it('both pictures are here: shown, without a word, and takes clicks', () => {
    assert.deepEqual(standing(looked()), { kind: 'shown', clicks: 'taken', after: 'rendered', note: undefined });
  });
  it('while another frame stands there: loading, says which, and takes no clicks', () => {
    for (const drawn of [undefined, 2]) {
      const { kind, clicks, note } = standing(looked({ after: 'coming', drawn }));
      assert.deepEqual([kind, clicks, note], ['loading', 'blocked', 'Loading frame 3']);
    }
  });
  it('while this frame stands there from its shot’s proxy: says so, and takes no clicks; a picture that fails or was here before comes first', () => {
    const proxy = { after: 'coming', drawn: 2, proxy: true } as const;
    const { kind, clicks, note } = standing(looked(proxy));
    assert.deepEqual([kind, clicks, note], ['proxy', 'blocked', 'Loading frame 3 in full detail']);
    assert.equal(standing(looked({ ...proxy, before: 'failed' })).kind, 'failed');
    assert.equal(standing(looked({ ...proxy, drawn: 3 })).kind, 'renewing');
  });
  it('while this frame stands there in its colour of before: says so, and takes clicks', () => {
    const { kind, clicks, note } = standing(looked({ after: 'coming', drawn: 3 }));
    assert.deepEqual([kind, clicks, note], ['renewing', 'taken', 'Colouring frame 3 anew']);
  });
  it('a side that is not looked at need not come', () => {
    assert.equal(standing(looked({ view: 'after', before: 'coming' })).kind, 'shown');
    assert.equal(standing(looked({ view: 'before', after: 'coming' })).kind, 'shown');
    assert.equal(standing(looked({ view: 'side', before: 'coming' })).kind, 'loading');
  });
  it('where there is no after, before is enough, in every view, and it is said', () => {
    const bare = project(shot({ shown: null }));
    for (const view of ['wipe', 'after', 'side'] as const) {
      const { kind, after, note } = standing(looked({ project: bare, view, after: 'none' }));
      assert.deepEqual([kind, after, note], ['shown', 'none', 'Shot 1 is not rendered yet']);
    }
    assert.equal(standing(looked({ project: bare, view: 'after', before: 'coming', after: 'none' })).kind, 'loading');
  });
  it('what is stale is said: a keyframe as planned, a frame as it was', () => {
    const stale = project(shot({ shown: 'old' }));
    assert.match(standing(looked({ project: stale, frame: 0 })).note!, /as planned/);
    assert.match(standing(looked({ project: stale })).note!, /before the last changes/);
    assert.equal(standing(looked({ project: stale, view: 'before' })).note, undefined);
  });
  it('two versions side by side: both must be here, whatever is rendered, and nothing is said of the shot', () => {
    const bare = { project: project(shot({ shown: null })), compared: {}, view: 'side' } as const;
    const { kind, after, note } = standing(looked(bare));
    assert.deepEqual([kind, after, note], ['shown', 'compared', undefined]);
    assert.equal(standing(looked({ ...bare, after: 'coming' })).kind, 'loading');
  });
  it('what does not come is said; while the server is away it is loading', () => {
    const { kind, clicks, note } = standing(looked({ after: 'failed' }));
    assert.deepEqual([kind, clicks], ['failed', 'blocked']);
    assert.match(note!, /did not come/);
    assert.equal(standing(looked({ after: 'failed', link: 'lost' })).kind, 'loading');
  });
  it('the shot of a frame: the last for what lies beyond', () => {
    const shots = [shot(), shot({ number: 1, start: 10, end: 11 }), shot({ number: 2, start: 11, end: 30 })];
    assert.deepEqual(
      [0, 9, 10, 11, 29, 99].map(frame => shotOf(project(...shots), frame).number),
      [0, 0, 1, 2, 2, 2],
    );
  });
});
