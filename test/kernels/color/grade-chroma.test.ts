import assert from 'node:assert/strict';
import { type ColorCube, parseCube } from '../../../src/kernels/color/color-cube.ts';
import { gradeChroma as gradeCells } from '../../../src/kernels/color/grade-chroma.ts';
import { namedLook } from '../../../src/kernels/color/named-looks.ts';
import { type ChromaField, chromaField } from '../../../src/media/fields/chroma-field.ts';
import { grayPlane } from '../../../src/media/fields/plane.ts';
import type { Grade } from '../../../src/media/plan/grade.ts';
import { LOOKS } from '../../../src/options.ts';

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
/** Grades cells of one luma, 0..1. */
function gradeChroma(field: ChromaField, grade: Grade, { cube, luma = 0.5 }: { cube?: ColorCube; luma?: number } = {}) {
  const gray = grayPlane(field.width, field.height);
  gray.data.fill(Math.round(255 * luma));
  return gradeCells(field, { grade, cube }, { gray, matrix: 'bt709', range: 'full' });
}
const chroma = ({ cb, cr }: ChromaField) => Array.from(cb, (value, i) => Math.hypot(value, cr[i]!));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The text of a table of two points a side. */
function cubeText(of: (r: number, g: number, b: number) => readonly number[]): string {
  const lines = Array.from({ length: 8 }, (_, i) => of(i & 1, (i >> 1) & 1, i >> 2).join(' '));
  return ['LUT_3D_SIZE 2', ...lines].join('\n');
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
  it('warmth and its opposite undo each other; warm is more Cr and less Cb', () => {
    const warm = gradeChroma(wheel(), { warmth: 0.5 });
    assert.ok(warm.cr.every((value, i) => value > wheel().cr[i]!) && warm.cb.every((value, i) => value < wheel().cb[i]!));
    near(gradeChroma(warm, { warmth: -0.5 }).cr, wheel().cr);
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

  it('the dark guard fades what is darker than it, to nothing at black, and leaves the rest', () => {
    const at = (luma: number) => mean(chroma(gradeChroma(wheel(), { darkGuard: 0.2 }, { luma })));
    assert.ok(at(0) < 1e-6 && at(0.1) > 0.03 && at(0.1) < 0.07);
    near(gradeChroma(wheel(), { darkGuard: 0.2 }, { luma: 0.3 }).cb, wheel().cb);
  });
  it('a table that keeps every colour is the identity; only the chroma of another one counts', () => {
    near(gradeChroma(wheel(), {}, { cube: parseCube(cubeText((r, g, b) => [r, g, b])) }).cr, wheel().cr);
    const darker = parseCube(cubeText((r, g, b) => [r - 0.2, g - 0.2, b - 0.2]));
    near(gradeChroma(wheel(), {}, { cube: darker }).cb, wheel().cb);
    const swapped = gradeChroma(wheel(), {}, { cube: parseCube(cubeText((r, g, b) => [b, g, r])) });
    assert.ok(swapped.cb[9]! > 0.05 && swapped.cr[0]! > 0.05, 'red and blue are exchanged');
  });
  it('saturation 0 is gray under every look, and black and white take no tint', () => {
    for (const name of LOOKS) {
      const cube = namedLook(name);
      assert.ok(Math.max(...chroma(gradeChroma(wheel(), { saturation: 0 }, { cube }))) < 1e-6, name);
      for (const luma of [0, 1]) assert.ok(Math.max(...chroma(gradeChroma(chromaField(2, 1), {}, { cube, luma }))) < 1e-6, name);
    }
  });
  it('looks are what their names say', () => {
    const shown = (name: (typeof LOOKS)[number], field = wheel()) => gradeChroma(field, {}, { cube: namedLook(name) });
    const strength = (name: (typeof LOOKS)[number]) => mean(chroma(shown(name)));
    assert.ok(strength('technicolor') > 0.13 && strength('autochrome') < 0.08);
    assert.ok(strength('kodachrome') > 0.1 && strength('kodachrome') < strength('technicolor'));
    const film = shown('kodachrome');
    assert.ok(film.cr[10]! > wheel().cr[10]!, 'Kodachrome: strong reds');
    assert.ok(chroma(film)[23]! < 0.095, 'Kodachrome: sober greens');
    const warm = shown('autochrome', chromaField(1, 1));
    assert.ok(warm.cr[0]! > 0 && warm.cb[0]! < 0, 'Autochrome: warm grays');
    const faint = wheel();
    for (const plane of [faint.cb, faint.cr]) plane.set(plane.map((value, i) => value * (i % 2 === 0 ? 0.07 : 0.7)));
    const painted = chroma(shown('hand-tinted', faint));
    assert.ok(painted[0]! < 0.003 && painted[1]! > 0.07, 'hand-tinted: gray stays gray, colour becomes a wash');
  });
});
