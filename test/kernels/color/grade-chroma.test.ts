import assert from 'node:assert/strict';
import { gradeChroma } from '../../../src/kernels/color/grade-chroma.ts';
import { chromaField } from '../../../src/media/fields/chroma-field.ts';

/** Chroma all around the circle, small enough that no grade below meets the ends of its range. */
function wheel() {
  const field = chromaField(36, 1);
  for (let i = 0; i < 36; i++) {
    field.cb[i] = 0.1 * Math.cos((i * Math.PI) / 18);
    field.cr[i] = 0.1 * Math.sin((i * Math.PI) / 18);
  }
  field.trust.fill(0.7);
  return field;
}
function near(a: Float32Array, b: Float32Array): void {
  for (const [i, value] of a.entries()) assert.ok(Math.abs(value - b[i]!) < 1e-6, `at ${i}`);
}

describe('grade of chroma', () => {
  it('empty: the identity; trust is never touched', () => {
    const graded = gradeChroma(wheel(), {});
    assert.deepEqual([graded.cb, graded.cr, graded.trust], [wheel().cb, wheel().cr, wheel().trust]);
  });
  it('saturation 0 is gray, and saturations multiply', () => {
    assert.ok(gradeChroma(wheel(), { saturation: 0 }).cb.every(value => Math.abs(value) === 0));
    const twice = gradeChroma(gradeChroma(wheel(), { saturation: 0.5 }), { saturation: 1.6 });
    near(twice.cb, gradeChroma(wheel(), { saturation: 0.8 }).cb);
  });
  it('temperature and its opposite undo each other; warm is more Cr and less Cb', () => {
    const warm = gradeChroma(wheel(), { temperature: 0.5 });
    assert.ok(warm.cr.every((value, i) => value > wheel().cr[i]!) && warm.cb.every((value, i) => value < wheel().cb[i]!));
    near(gradeChroma(warm, { temperature: -0.5 }).cr, wheel().cr);
  });
  it('a turn of every hue keeps saturation and can be turned back; a full turn is the identity', () => {
    const turned = gradeChroma(wheel(), { hues: [{ from: 0, to: 360, turn: 70 }] });
    for (const [i, cb] of turned.cb.entries()) assert.ok(Math.abs(Math.hypot(cb, turned.cr[i]!) - 0.1) < 1e-6);
    near(gradeChroma(turned, { hues: [{ from: 0, to: 360, turn: -70 }] }).cb, wheel().cb);
  });
  it('a range of hues leaves the others as they are, also across 360 degrees', () => {
    const graded = gradeChroma(wheel(), { hues: [{ from: 330, to: 30, saturation: 0 }] });
    assert.ok(Math.abs(graded.cb[0]!) < 1e-6);
    near(graded.cb.subarray(4, 33), wheel().cb.subarray(4, 33));
    near(graded.cr.subarray(4, 33), wheel().cr.subarray(4, 33));
  });
});
