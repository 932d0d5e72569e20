import { z } from 'zod';

const saturation = z.number().min(0).max(2);
const temperature = z.number().min(-1).max(1);

/** A range of hues, degrees from `from` up to `to` (which may pass 360), whose saturation is multiplied and whose hue is turned (degrees). */
const hueRange = z.strictObject({
  from: z.number().min(0).max(360),
  to: z.number().min(0).max(360),
  saturation: saturation.optional(),
  turn: z.number().min(-180).max(180).optional(),
});
const MOST_HUES = 12;

/**
 * Grading of chroma; the luma is never touched. `saturation` 0 (gray) .. 2, 1 leaves it; `temperature` -1 (blue) .. 1 (amber), 0 leaves it.
 * Hue is the angle of (Cb, Cr) in degrees, 0 along Cb.
 */
export const gradeSchema = z.strictObject({
  saturation: saturation.optional(),
  temperature: temperature.optional(),
  hues: z.array(hueRange).max(MOST_HUES).optional(),
});
export type Grade = z.output<typeof gradeSchema>;
export type HueRange = z.output<typeof hueRange>;

/** Fields that change; what is left out stays, in a range of hues, too, which is known by its ends. */
export const gradeChangeSchema = gradeSchema;
export type GradeChange = z.output<typeof gradeChangeSchema>;

/** A grade after a change. Throws RangeError where it would have too many ranges of hues. */
export function changedGrade(grade: Grade, { hues: changes = [], ...fields }: GradeChange): Grade {
  const hues = [...(grade.hues ?? [])];
  for (const change of changes) {
    const at = hues.findIndex(({ from, to }) => from === change.from && to === change.to);
    if (at < 0) hues.push(change);
    else hues[at] = { ...hues[at]!, ...change };
  }
  if (hues.length > MOST_HUES) throw new RangeError(`a grade has at most ${MOST_HUES} ranges of hues`);
  return { ...grade, ...fields, ...(hues.length > 0 && { hues }) };
}
