import { z } from 'zod';
import { LOOKS } from '../../options.ts';

const saturation = z.number().min(0).max(2);
const warmth = z.number().min(-1).max(1);

/** Hues from `from` to `to`, in degrees (`to` may pass 360): a factor for saturation and a rotation of hue in degrees. */
const hueRange = z.strictObject({
  from: z.number().min(0).max(360),
  to: z.number().min(0).max(360),
  saturation: saturation.optional(),
  turn: z.number().min(-180).max(180).optional(),
});
const MAX_HUES = 12;

/** A named look, or a file of a 3D lookup table. */
const lookSchema = z.union([z.enum(LOOKS), z.strictObject({ path: z.string().min(1), sha256: z.string().length(64) })]);

/**
 * Colour grade of chroma; luma is unchanged. `saturation`: 0 (gray) .. 2, 1 is neutral. `warmth`: -1 (blue) .. 1 (amber), 0 is
 * neutral. Hue is the angle of (Cb, Cr) in degrees, 0 along Cb. `darkGuard`: the luma, 0 (black) .. 1 (white), below which chroma
 * fades. `look`: null is none, where a change takes one away.
 */
export const gradeSchema = z.strictObject({
  saturation: saturation.optional(),
  warmth: warmth.optional(),
  hues: z.array(hueRange).max(MAX_HUES).optional(),
  darkGuard: z.number().min(0).max(1).optional(),
  look: lookSchema.nullable().optional(),
});
export type Grade = z.output<typeof gradeSchema>;
export type HueRange = z.output<typeof hueRange>;
export type GradeLook = z.output<typeof lookSchema>;

/** Fields that change; absent ones stay. The same within a hue range, which is identified by its ends. */
export const gradeChangeSchema = gradeSchema;
export type GradeChange = z.output<typeof gradeChangeSchema>;

/** Applies a change to a grade. Throws RangeError if the result has too many hue ranges. */
export function changedGrade(grade: Grade, change: GradeChange): Grade {
  const changed = mergedGrade(grade, change);
  if (changed.hues && changed.hues.length > MAX_HUES) throw new RangeError(`a grade has at most ${MAX_HUES} ranges of hues`);
  return changed;
}

/** The same, with as many hue ranges as it takes. */
export function mergedGrade(grade: Grade, { hues: changes = [], ...fields }: GradeChange): Grade {
  const hues = [...(grade.hues ?? [])];
  for (const change of changes) {
    const at = hues.findIndex(({ from, to }) => from === change.from && to === change.to);
    if (at < 0) hues.push(change);
    else hues[at] = { ...hues[at]!, ...change };
  }
  return { ...grade, ...fields, ...(hues.length > 0 && { hues }) };
}

/** What a grade does, without where its files lie. */
export function gradeContent(grade: Grade): object {
  const { look } = grade;
  return { ...grade, ...(typeof look === 'object' && look !== null && { look: look.sha256 }) };
}
