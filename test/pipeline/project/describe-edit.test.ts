import assert from 'node:assert/strict';
import type { PlanEdit } from '../../../src/media/plan/edit.ts';
import { describeHistory } from '../../../src/pipeline/project/describe-edit.ts';
import { changeHistory } from '../../../src/pipeline/project/history.ts';
import { editedBy, hintAt } from '../../fixtures/edited-plan.ts';

/** The id that the first edit's hint gets. */
const id = 'h1';

describe('an edit in one line', () => {
  const lines: readonly [readonly PlanEdit[], string, number?][] = [
    [[hintAt(4)], 'Hint #5f7f3a at frame 4 added', 4],
    [[hintAt(4), { kind: 'hint-remove', index: 4, id }], 'Hint #5f7f3a at frame 4 removed', 4],
    [
      [hintAt(4), { kind: 'hint-change', index: 4, id, set: { color: '#112233', radius: 0.05 } }],
      'Hint #5f7f3a at frame 4 recoloured to #112233, resized to 5%',
      4,
    ],
    [[hintAt(4), { kind: 'hint-change', index: 4, id, set: { x: 0.1 } }], 'Hint #5f7f3a at frame 4 moved', 4],
    [[hintAt(4), { kind: 'hint-change', index: 4, id, set: { name: 'lawn' } }], 'Hint #5f7f3a at frame 4 named lawn', 4],
    [[{ kind: 'keyframe-add', index: 5 }], 'Keyframe 5 added', 5],
    [[{ kind: 'keyframe-remove', index: 10 }], 'Keyframe 10 removed', 10],
    [[{ kind: 'keyframe-move', index: 10, to: 12 }], 'Keyframe 10 moved to frame 12', 12],
    [[{ kind: 'picture', index: 0, path: 'a.png', sha256: 'a'.repeat(64) }], 'Picture for frame 0 put', 0],
    [[{ kind: 'picture', use: 'reference', index: 0, path: 'a.png', sha256: 'a'.repeat(64) }], 'Reference for frame 0 put', 0],
    [[{ kind: 'grade', grade: { saturation: 0.8 } }], 'Grade of the film: saturation 0.8'],
    [
      [{ kind: 'grade', shot: 1, grade: { hues: [{ from: 76, to: 139, turn: -5 }] } }],
      'Grade of shot 2: hues 76° to 139° turned by -5°',
      10,
    ],
    [[{ kind: 'grade', shot: 1, grade: null }], 'Grade of shot 2 removed', 10],
    [[{ kind: 'palette', name: 'coat', color: '#203040' }], 'Palette colour coat added: #203040'],
    [
      [
        { kind: 'palette', name: 'coat', color: '#203040' },
        { kind: 'palette', name: 'coat', color: '#302010' },
      ],
      'Palette colour coat changed to #302010',
    ],
    [
      [
        { kind: 'palette', name: 'coat', color: '#203040' },
        { kind: 'palette-place', name: 'coat', place: { index: 3, x: 0, y: 0 } },
      ],
      'coat placed on frame 3',
      3,
    ],
    [
      [{ kind: 'shot-review', shot: 1, set: { status: 'needs-work', note: 'sky' } }],
      'Shot 2 marked as needing work, noted: sky',
      10,
    ],
    [[{ kind: 'shot-review', shot: 0, set: { status: 'approved' } }], 'Shot 1 approved', 0],
    [[{ kind: 'shot-review', shot: 0, set: { status: null } }], 'Shot 1 no longer marked', 0],
  ];
  for (const [edits, line, frame] of lines)
    it(line, () => {
      const described = describeHistory(editedBy(...edits).history);
      assert.deepEqual(described.at(-1), { line, ...(frame !== undefined && { frame }) });
    });
  it('going back is a line, and what was undone stays in the list', () => {
    const named = editedBy(hintAt(0), { type: 'name', name: 'A', made: '' }, hintAt(1));
    const back = changeHistory(named, { type: 'restore', id: named.history.versions![0]!.id });
    const expected = ['Hint #5f7f3a at frame 0 added', 'Hint #5f7f3a at frame 1 added', 'Went back to version "A"'];
    for (const position of [0, 2, 3]) {
      const { history } = changeHistory(back, { type: 'go', position });
      assert.deepEqual(
        describeHistory(history).map(({ line }) => line),
        expected,
      );
    }
  });
});
