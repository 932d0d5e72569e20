import assert from 'node:assert/strict';
import { shotLook } from '../../../src/media/plan/plan.ts';
import { changeHistory, historySchema, replay } from '../../../src/pipeline/project/history.ts';
import { editedBy, hintAt, TWO_SHOTS, UNEDITED } from '../../fixtures/edited-plan.ts';

const colors = ({ plan }: { plan: typeof TWO_SHOTS }) =>
  plan.shots.flatMap(({ keyframes }) => keyframes.flatMap(({ hints = [] }) => hints.map(({ color }) => color)));
const NAMED = { type: 'name', name: 'first look', made: '2026-01-01T00:00:00.000Z' } as const;

describe('the history of a project', () => {
  it('every change is a revision of its own, and the plan is what the edits make of the first one', () => {
    const changes = [hintAt(0), hintAt(3), { type: 'undo' }, { type: 'redo' }, NAMED, { type: 'go', position: 1 }] as const;
    let state = UNEDITED;
    for (const number of changes.keys()) {
      state = editedBy(...changes.slice(0, number + 1));
      assert.equal(state.history.revision, number + 1);
      assert.deepEqual(state.plan, replay(TWO_SHOTS, state.history.edits));
      assert.deepEqual(historySchema.parse(JSON.parse(JSON.stringify(state.history))), state.history);
    }
  });
  it('undo and redo go one edit; an edit after an undo takes the place of what was undone', () => {
    const [one, two, three] = [hintAt(0, '#000001'), hintAt(0, '#000002'), hintAt(0, '#000003')];
    assert.deepEqual(colors(editedBy(one, two, { type: 'undo' })), ['#000001']);
    assert.deepEqual(colors(editedBy(one, two, { type: 'undo' }, { type: 'redo' })), ['#000001', '#000002']);
    const replaced = editedBy(one, two, { type: 'undo' }, three);
    assert.deepEqual(colors(replaced), ['#000001', '#000003']);
    assert.deepEqual(replaced.history.undone, []);
    assert.throws(() => changeHistory(UNEDITED, { type: 'undo' }), /no edit to undo/);
    assert.throws(() => changeHistory(UNEDITED, { type: 'redo' }), /no edit to make again/);
  });
  it('goes to any place among the edits and back, and a hint made again is the same one', () => {
    const edits = [1, 2, 3, 4].map(number => hintAt(0, `#00000${number}`));
    const all = editedBy(...edits);
    for (const position of [0, 1, 2, 3, 4]) {
      const there = changeHistory(all, { type: 'go', position });
      assert.equal(there.history.edits.length, position);
      assert.equal(colors(there).length, position);
      assert.deepEqual(changeHistory(there, { type: 'go', position: 4 }).plan, all.plan);
    }
    assert.throws(() => changeHistory(all, { type: 'go', position: 5 }), /among 4 edits/);
  });
  it('a version outlives what is undone and edited after it; going back to it is an edit that can be undone', () => {
    const state = editedBy(hintAt(0, '#000001'), hintAt(0, '#000002'), NAMED, { type: 'go', position: 0 }, hintAt(10, '#000003'));
    const { id } = state.history.versions![0]!;
    const back = changeHistory(state, { type: 'restore', id });
    assert.deepEqual(colors(back), ['#000001', '#000002']);
    assert.deepEqual(colors(changeHistory(back, { type: 'undo' })), ['#000003']);
    assert.deepEqual(historySchema.parse(JSON.parse(JSON.stringify(back.history))), back.history);
  });
  it('a version made after going back holds plain edits only, so that going back and forth does not pile up', () => {
    const first = editedBy(hintAt(0, '#000001'), NAMED, hintAt(0, '#000002'));
    const { id } = first.history.versions![0]!;
    const again = changeHistory(changeHistory(first, { type: 'restore', id }), { ...NAMED, name: 'second look' });
    const [, second] = again.history.versions!;
    const restored = changeHistory(again, { type: 'restore', id: second!.id });
    const last = restored.history.edits.at(-1)!;
    assert.deepEqual(last.kind === 'restore' && last.edits.map(({ kind }) => kind), ['hint-add']);
    assert.deepEqual(colors(restored), ['#000001']);
  });
  it('two versions have two names; one that is removed is gone, and the plan is as it was', () => {
    const state = editedBy(hintAt(0), NAMED);
    assert.throws(() => changeHistory(state, NAMED), /"first look" already/);
    const removed = changeHistory(state, { type: 'forget', id: state.history.versions![0]!.id });
    assert.deepEqual([removed.history.versions, removed.plan], [[], state.plan]);
    assert.throws(() => changeHistory(removed, { type: 'restore', id: 'v2' }), /no such version/);
  });
  it('notes and verdicts are edits, change no picture, stay when a version is gone back to', () => {
    const approve = { kind: 'shot-review', shot: 1, set: { status: 'approved' } } as const;
    const note = { kind: 'shot-review', shot: 1, set: { note: 'too warm' } } as const;
    const state = editedBy(NAMED, approve, note, hintAt(0));
    assert.deepEqual(state.plan.shots[1]!.review, { status: 'approved', look: shotLook(TWO_SHOTS, 1), note: 'too warm' });
    assert.equal(shotLook(state.plan, 1), shotLook(TWO_SHOTS, 1));
    const back = changeHistory(state, { type: 'restore', id: state.history.versions![0]!.id });
    assert.deepEqual(back.plan.shots[1]!.review, state.plan.shots[1]!.review);
    const undone = editedBy(approve, note, { type: 'undo' }, { type: 'undo' });
    assert.equal(undone.plan.shots[1]!.review, undefined);
    const cleared = editedBy(approve, note, { kind: 'shot-review', shot: 1, set: { status: null, note: null } });
    assert.equal(cleared.plan.shots[1]!.review, undefined);
    assert.throws(() => editedBy({ ...approve, shot: 2 }), /Expected a shot from 0 to 1, received 2/);
  });
  it('a verdict says what it was given to: a later change of the shot or of the film’s grade shows', () => {
    const approve = { kind: 'shot-review', shot: 0, set: { status: 'approved' } } as const;
    for (const change of [hintAt(3), { kind: 'grade', grade: { saturation: 0.5 } } as const]) {
      const { plan } = editedBy(approve, change);
      assert.notEqual(plan.shots[0]!.review!.look, shotLook(plan, 0));
    }
    const { plan } = editedBy(approve, hintAt(13));
    assert.equal(plan.shots[0]!.review!.look, shotLook(plan, 0));
  });
});
