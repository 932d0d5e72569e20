import { z } from 'zod';

const saturation = z.number().min(0).max(2);
const temperature = z.number().min(-1).max(1);

/** Hues from `from` to `to`, in degrees (`to` may pass 360): a factor for saturation and a rotation of hue in degrees. */
const hueRange = z.strictObject({
  from: z.number().min(0).max(360),
  to: z.number().min(0).max(360),
  saturation: saturation.optional(),
  turn: z.number().min(-180).max(180).optional(),
});
const MAX_HUES = 12;

/**
 * Colour grade of chroma; luma is unchanged. `saturation`: 0 (gray) .. 2, 1 is neutral. `temperature`: -1 (blue) .. 1 (amber), 0
 * is neutral. Hue is the angle of (Cb, Cr) in degrees, 0 along Cb.
 */
export const gradeSchema = z.strictObject({
  saturation: saturation.optional(),
  temperature: temperature.optional(),
  hues: z.array(hueRange).max(MAX_HUES).optional(),
});
export type Grade = z.output<typeof gradeSchema>;
export type HueRange = z.output<typeof hueRange>;

/** Fields that change; absent ones stay. The same within a hue range, which is identified by its ends. */
export const gradeChangeSchema = gradeSchema;
export type GradeChange = z.output<typeof gradeChangeSchema>;

/** Applies a change to a grade. Throws RangeError if the result has too many hue ranges. */
export function changedGrade(grade: Grade, { hues: changes = [], ...fields }: GradeChange): Grade {
  const hues = [...(grade.hues ?? [])];
  for (const change of changes) {
    const at = hues.findIndex(({ from, to }) => from === change.from && to === change.to);
    if (at < 0) hues.push(change);
    else hues[at] = { ...hues[at]!, ...change };
  }
  if (hues.length > MAX_HUES) throw new RangeError(`a grade has at most ${MAX_HUES} ranges of hues`);
  return { ...grade, ...fields, ...(hues.length > 0 && { hues }) };
}
