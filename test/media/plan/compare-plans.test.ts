import assert from 'node:assert/strict';
import { comparePlans } from '../../../src/media/plan/compare-plans.ts';
import { editedBy, hintAt, TWO_SHOTS } from '../../fixtures/edited-plan.ts';

const ALIKE = {
  hints: { added: 0, removed: 0, changed: 0 },
  keyframes: { added: [], removed: [] },
  sources: [],
  grade: false,
  palette: false,
};

describe('what differs between two plans', () => {
  it('nothing between a plan and itself, however it was come to', () => {
    assert.deepEqual(comparePlans(TWO_SHOTS, structuredClone(TWO_SHOTS)), []);
    assert.deepEqual(comparePlans(TWO_SHOTS, editedBy(hintAt(3), { type: 'undo' }).plan), []);
    const noted = editedBy({ kind: 'shot-review', shot: 0, set: { note: 'x' } }).plan;
    assert.deepEqual(comparePlans(TWO_SHOTS, noted), [], 'a note changes no picture');
  });
  it('hints added, removed and changed are counted, and the other way round the other way', () => {
    const one = editedBy(hintAt(0, '#000001'), hintAt(0, '#000002')).plan;
    const other = editedBy(
      hintAt(0, '#000001'),
      hintAt(0, '#000002'),
      { kind: 'hint-remove', index: 0, id: 'h1' },
      { kind: 'hint-change', index: 0, id: 'h2', set: { radius: 0.1 } },
      hintAt(0, '#000003'),
      hintAt(0, '#000004'),
    ).plan;
    assert.deepEqual(comparePlans(one, other), [{ ...ALIKE, number: 0, hints: { added: 2, removed: 1, changed: 1 } }]);
    assert.deepEqual(comparePlans(other, one), [{ ...ALIKE, number: 0, hints: { added: 1, removed: 2, changed: 1 } }]);
  });
  it('keyframes and the sources of their colour', () => {
    const other = editedBy(
      { kind: 'keyframe-add', index: 12 },
      { kind: 'picture', index: 10, path: 'a.png', sha256: 'a'.repeat(64) },
      { kind: 'keyframe-remove', index: 0 },
    ).plan;
    assert.deepEqual(comparePlans(TWO_SHOTS, other), [
      { ...ALIKE, number: 0, keyframes: { added: [], removed: [0] } },
      { ...ALIKE, number: 1, keyframes: { added: [12], removed: [] }, sources: [10] },
    ]);
  });
  it('the film’s grade differs in every shot that has none of its own; a palette where it is placed', () => {
    const graded = editedBy({ kind: 'grade', shot: 1, grade: { saturation: 0.5 } });
    const both = editedBy({ kind: 'grade', shot: 1, grade: { saturation: 0.5 } }, { kind: 'grade', grade: { warmth: 0.2 } });
    assert.deepEqual(comparePlans(graded.plan, both.plan), [{ ...ALIKE, number: 0, grade: true }]);
    const place = { index: 10, x: 0.5, y: 0.5 };
    const placed = editedBy({ kind: 'palette', name: 'a', color: '#101010' }, { kind: 'palette-place', name: 'a', place }).plan;
    assert.deepEqual(comparePlans(TWO_SHOTS, placed), [{ ...ALIKE, number: 1, palette: true }]);
  });
  it('refuses plans of other shots', () => {
    assert.throws(() => comparePlans(TWO_SHOTS, { ...TWO_SHOTS, shots: TWO_SHOTS.shots.slice(1) }), RangeError);
  });
});
