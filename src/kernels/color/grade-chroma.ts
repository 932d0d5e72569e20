import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { Grade } from '../../media/plan/grade.ts';

/** Chroma added (Cr) and subtracted (Cb) at full temperature: about the effect of 2000 K on mid gray under daylight. */
const WARMEST = 0.06;
/** Degrees over which a hue range fades in and out, inside its ends. Avoids visible edges in gradients. */
const HUE_FADE = 10;
const DEGREE = Math.PI / 180;

/**
 * Grades chroma: hue ranges first, then saturation, then temperature. Returns a new field; trust is kept, luma is not involved.
 * Invariants: an empty grade is the identity; saturation 0 without temperature is neutral; saturations multiply; a hue rotation
 * keeps saturation.
 */
export function gradeChroma(field: ChromaField, grade: Grade): ChromaField {
  const cb = new Float32Array(field.cb.length);
  const cr = new Float32Array(field.cr.length);
  const all = grade.saturation ?? 1;
  const warmth = (grade.temperature ?? 0) * WARMEST;
  for (let i = 0; i < cb.length; i++) {
    const { factor, turn } = hueChange(field.cb[i]!, field.cr[i]!, grade);
    const [cos, sin] = [Math.cos(turn * DEGREE), Math.sin(turn * DEGREE)];
    cb[i] = clamped((field.cb[i]! * cos - field.cr[i]! * sin) * factor * all - warmth);
    cr[i] = clamped((field.cb[i]! * sin + field.cr[i]! * cos) * factor * all + warmth);
  }
  return { ...field, cb, cr };
}

const clamped = (value: number) => Math.min(0.5, Math.max(-0.5, value));

function hueChange(cb: number, cr: number, { hues = [] }: Grade): { factor: number; turn: number } {
  if (hues.length === 0) return { factor: 1, turn: 0 };
  const hue = (Math.atan2(cr, cb) / DEGREE + 360) % 360;
  let [factor, turn] = [1, 0];
  for (const range of hues) {
    const share = shareIn(hue, range);
    factor *= 1 + share * ((range.saturation ?? 1) - 1);
    turn += share * (range.turn ?? 0);
  }
  return { factor, turn };
}

/** Membership of a hue in a range: 1 well inside, 0 outside. 0..360 contains every hue. */
function shareIn(hue: number, { from, to }: { from: number; to: number }): number {
  if (to - from >= 360) return 1;
  const width = (to - from + 360) % 360;
  const past = (hue - from + 360) % 360;
  if (past > width) return 0;
  const fade = Math.min(HUE_FADE, width / 2);
  return fade === 0 ? 1 : Math.min(1, past / fade, (width - past) / fade);
}
