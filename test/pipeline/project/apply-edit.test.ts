import assert from 'node:assert/strict';
import type { Hint } from '../../../src/media/plan/hint.ts';
import type { Plan } from '../../../src/media/plan/plan.ts';
import { applyEdit } from '../../../src/pipeline/project/apply-edit.ts';

const MODEL = { kind: 'model' } as const;
const reference = (sha256: string) => ({ kind: 'reference', path: `${sha256}.png`, sha256 }) as const;
const picture = { kind: 'picture', path: 'p.png', sha256: 'p' } as const;
const HINT: Hint = { id: 'h1', x: 0.4, y: 0.4, color: '#336633', radius: 0.05 };

function planOf(hint: Hint = HINT): Plan {
  const shot = (start: number, keyframes: Plan['shots'][number]['keyframes']) =>
    ({ start, end: start + 10, kind: 'steady', startTicks: start, endTicks: start + 10, keyframes }) as const;
  return {
    shots: [
      {
        ...shot(0, [
          { index: 0, color: MODEL, hints: [hint] },
          { index: 9, color: reference('b') },
        ]),
        grade: { saturation: 1.4 },
      },
      shot(10, [
        { index: 10, color: reference('a') },
        { index: 15, color: picture },
        { index: 19, color: MODEL },
      ]),
      {
        ...shot(20, [
          { index: 20, color: MODEL },
          { index: 29, color: MODEL },
        ]),
        grade: { warmth: 0.5 },
      },
    ],
  } as unknown as Plan;
}
const hintOf = (plan: Plan) => plan.shots[0]!.keyframes[0]!.hints![0]!;
const sources = (plan: Plan, shot: number) =>
  plan.shots[shot]!.keyframes.map(({ color }) => (color.kind === 'reference' ? color.sha256 : color.kind));

describe('edits of a plan', () => {
  it('a hint that moves takes its polygon and its strokes along', () => {
    const polygon: [number, number][] = [
      [0.3, 0.3],
      [0.5, 0.3],
      [0.4, 0.5],
    ];
    const corrections = [{ kind: 'add' as const, radius: 0.02, path: [[0.5, 0.5]] as [number, number][] }];
    const plan = applyEdit(planOf({ ...HINT, polygon, corrections }), {
      kind: 'hint-change',
      index: 0,
      id: 'h1',
      set: { x: 0.5, y: 0.4 },
    });
    const { x, polygon: moved, corrections: along } = hintOf(plan);
    assert.equal(x, 0.5);
    for (const [at, [x]] of moved!.entries()) assert.ok(Math.abs(x - polygon[at]![0] - 0.1) < 1e-9);
    assert.ok(Math.abs(along![0]!.path[0]![0] - 0.6) < 1e-9);
  });

  it('a stroke corrects a region, and nothing but a region', () => {
    const correction = { kind: 'subtract' as const, radius: 0.02, path: [[0.5, 0.5]] as [number, number][] };
    const correct = { kind: 'hint-correct', index: 0, id: 'h1', correction } as const;
    const plan = applyEdit(applyEdit(planOf({ ...HINT, fill: 0.3 }), correct), correct);
    assert.deepEqual(hintOf(plan).corrections, [correction, correction]);
    assert.throws(() => applyEdit(planOf(), correct), /Only a region is corrected/);
  });

  it('null removes a field of a hint, and what is not named stays', () => {
    const plan = applyEdit(planOf({ ...HINT, fill: 0.3, name: 'lawn' }), {
      kind: 'hint-change',
      index: 0,
      id: 'h1',
      set: { name: null },
    });
    assert.deepEqual(hintOf(plan), { ...HINT, fill: 0.3 });
  });

  it('a grade is copied whole, and so is its absence', () => {
    const plan = applyEdit(planOf(), { kind: 'grade-copy', from: 0, to: [1, 2] });
    assert.deepEqual(
      plan.shots.map(({ grade }) => grade),
      [{ saturation: 1.4 }, { saturation: 1.4 }, { saturation: 1.4 }],
    );
    const bare = applyEdit(planOf(), { kind: 'grade-copy', from: 1, to: [0, 2] });
    assert.ok(bare.shots.every(shot => !('grade' in shot)));
  });

  it('references are copied to keyframes that are no pictures, each from its place in the shot', () => {
    const plan = applyEdit(planOf(), { kind: 'reference-copy', from: 1, to: [0, 1, 2] });
    assert.deepEqual(sources(plan, 0), ['a', 'a']);
    assert.deepEqual(sources(plan, 1), ['a', 'picture', 'model']);
    const both = { ...planOf() };
    both.shots[0]!.keyframes[0]!.color = reference('c');
    assert.deepEqual(sources(applyEdit(both, { kind: 'reference-copy', from: 0, to: [1, 2] }), 1), ['c', 'picture', 'b']);
    assert.throws(() => applyEdit(planOf(), { kind: 'reference-copy', from: 2, to: [0] }), /has no reference/);
    assert.throws(() => applyEdit(planOf(), { kind: 'grade-copy', from: 0, to: [3] }), /from 0 to 2, received 3/);
  });

  it('a batch is made whole or not at all', () => {
    const add = { kind: 'hint-add', index: 20, hint: HINT } as const;
    const plan = applyEdit(planOf(), { kind: 'batch', edits: [add, { ...add, index: 12 }] });
    assert.equal(plan.shots[2]!.keyframes[0]!.hints!.length, 1);
    assert.deepEqual(
      plan.shots[1]!.keyframes.map(({ index }) => index),
      [10, 12, 15, 19],
    );
    const before = planOf();
    assert.throws(() => applyEdit(before, { kind: 'batch', edits: [add, { ...add, index: 99 }] }), /received 99/);
    assert.deepEqual(before, planOf());
  });
});
