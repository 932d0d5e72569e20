import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { Matrix, Range } from '../../media/film/frame.ts';
import type { Grade } from '../../media/plan/grade.ts';
import { codeRange, GAMUT_HEADROOM, gamutShare, lumaWeights, rgbWeights } from './color.ts';
import { type ColorCube, lookUp } from './color-cube.ts';
import { smooth } from './named-looks.ts';

/** Chroma added (Cr) and subtracted (Cb) at full warmth: about the effect of 2000 K on mid gray under daylight. */
const WARMEST = 0.06;
/** Degrees over which a hue range fades in and out, inside its ends. Avoids visible edges in gradients. */
const HUE_FADE = 10;
const DEGREE = Math.PI / 180;

type Chroma = Pick<ChromaField, 'cb' | 'cr'>;

/** A grade with the table of its look, ready to be applied. */
export interface AppliedGrade {
  readonly grade: Grade;
  readonly cube: ColorCube | undefined;
}

/** Luma of the cells to be graded: 8-bit codes of this range, and the matrix of their chroma. */
export interface GradedLuma {
  readonly gray: Plane<Uint8Array>;
  readonly matrix: Matrix;
  readonly range: Range;
}

/**
 * Grades chroma: hue ranges first, then the look, saturation and warmth; last, what is darker than the dark guard fades. Returns a
 * new field; trust and luma are kept. Invariants: an empty grade is the identity; saturation 0 without warmth is neutral;
 * saturations multiply; a hue rotation keeps saturation; a look of which all grays are gray leaves them gray.
 */
export function gradeChroma<Field extends Chroma>(field: Field, { grade, cube }: AppliedGrade, luma: GradedLuma): Field {
  const cb = new Float32Array(field.cb.length);
  const cr = new Float32Array(field.cr.length);
  const all = grade.saturation ?? 1;
  const warmth = (grade.warmth ?? 0) * WARMEST;
  const guard = grade.darkGuard ?? 0;
  const { black, luma: white } = codeRange(luma.range, 8);
  const look = cube && lookOf(cube, luma.matrix);
  const chroma = new Float32Array(2);
  for (let i = 0; i < cb.length; i++) {
    const y = Math.min(1, Math.max(0, (luma.gray.data[i]! - black) / white));
    const { factor, turn } = hueChange(field.cb[i]!, field.cr[i]!, grade);
    const [cos, sin] = [Math.cos(turn * DEGREE), Math.sin(turn * DEGREE)];
    chroma[0] = (field.cb[i]! * cos - field.cr[i]! * sin) * factor;
    chroma[1] = (field.cb[i]! * sin + field.cr[i]! * cos) * factor;
    look?.(y, chroma);
    const kept = darkGuardShare(y, guard);
    cb[i] = clamped((chroma[0] * all - warmth) * kept);
    cr[i] = clamped((chroma[1] * all + warmth) * kept);
  }
  return { ...field, cb, cr };
}

/** The share of its chroma that a dark guard leaves at a luma; both 0..1. */
export const darkGuardShare = (y: number, guard: number) => (guard > 0 ? smooth(y / guard) : 1);

/** Below this saturation what was there before cannot be known. */
const MIN_SATURATION = 0.05;
/** Turns are undone by iteration: the range that a hue was in is known only from the hue. */
const TURN_ROUNDS = 8;

/**
 * What hue ranges, saturation and warmth made this of; undefined where they left too little saturation to tell. Exact but for
 * clamping and for hues at the fading ends of a turned range.
 */
export function ungradeChroma<Field extends Chroma>(
  field: Field,
  grade: Pick<Grade, 'hues' | 'saturation' | 'warmth'>,
): Field | undefined {
  const all = grade.saturation ?? 1;
  const hues = grade.hues ?? [];
  if (all < MIN_SATURATION || hues.some(({ saturation = 1 }) => saturation < MIN_SATURATION)) return undefined;
  const warmth = (grade.warmth ?? 0) * WARMEST;
  const cb = new Float32Array(field.cb.length);
  const cr = new Float32Array(field.cr.length);
  for (let i = 0; i < cb.length; i++) {
    const [u, v] = [(field.cb[i]! + warmth) / all, (field.cr[i]! - warmth) / all];
    let [x, y, strength] = [u, v, 1];
    for (let round = 0; round < TURN_ROUNDS && hues.length > 0; round++) {
      const { factor, turn } = hueChange(x, y, grade);
      const [cos, sin] = [Math.cos(turn * DEGREE), Math.sin(turn * DEGREE)];
      [x, y, strength] = [u * cos + v * sin, v * cos - u * sin, factor];
    }
    cb[i] = x / strength;
    cr[i] = y / strength;
  }
  return { ...field, cb, cr };
}

const clamped = (value: number) => Math.min(0.5, Math.max(-0.5, value));

/** Replaces chroma at a luma (0..1) by that of the colour that a table has for it. */
function lookOf(cube: ColorCube, matrix: Matrix): (y: number, chroma: Float32Array) => void {
  const [weights, luma] = [rgbWeights(matrix), lumaWeights(matrix)];
  const rgb = new Float32Array(3);
  return (y, chroma) => {
    const share = gamutShare(y, chroma[0]!, chroma[1]!, weights, GAMUT_HEADROOM);
    const [cb, cr] = [chroma[0]! * share, chroma[1]! * share];
    lookUp(cube, y + weights.red * cr, y + weights.greenCb * cb + weights.greenCr * cr, y + weights.blue * cb, rgb);
    const [r, g, b] = rgb as unknown as [number, number, number];
    const shown = luma.red * r + (1 - luma.red - luma.blue) * g + luma.blue * b;
    chroma[0] = (b - shown) / weights.blue;
    chroma[1] = (r - shown) / weights.red;
  };
}

function hueChange(cb: number, cr: number, { hues = [] }: Pick<Grade, 'hues'>): { factor: number; turn: number } {
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
