import { z } from 'zod';

/** Hues from `from` to `to`, in degrees (`to` may pass 360): a factor for saturation and a rotation of hue in degrees. */
const hueRange = z.strictObject({
  from: z.number().min(0).max(360),
  to: z.number().min(0).max(360),
  saturation: z.number().min(0).max(2).optional(),
  turn: z.number().min(-180).max(180).optional(),
});

/**
 * Colour grade of chroma; luma is unchanged. `saturation`: 0 (gray) .. 2, 1 is neutral. `temperature`: -1 (blue) .. 1 (amber), 0
 * is neutral. Hue is the angle of (Cb, Cr) in degrees, 0 along Cb.
 */
export const gradeSchema = z.strictObject({
  saturation: z.number().min(0).max(2).optional(),
  temperature: z.number().min(-1).max(1).optional(),
  hues: z.array(hueRange).max(12).optional(),
});
export type Grade = z.output<typeof gradeSchema>;
export type HueRange = z.output<typeof hueRange>;
