import { z } from 'zod';
import { gradeSchema } from './grade.ts';
import { hintSchema, paletteEntrySchema } from './hint.ts';

const index = z.int().min(0);
const ofFrame = <Kind extends string>(kind: Kind) => z.strictObject({ kind: z.literal(kind), index });

/** What a person may ask of a plan, from outside. */
export const editSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('hint-add'), index, hint: hintSchema }),
  z.strictObject({ kind: z.literal('hint-remove'), index, hint: hintSchema }),
  ofFrame('keyframe-add'),
  ofFrame('keyframe-remove'),
  z.strictObject({ kind: z.literal('keyframe-move'), index, to: index }),
  ofFrame('picture-remove'),
  z.strictObject({ kind: z.literal('grade'), shot: z.int().min(0).optional(), grade: gradeSchema }),
  z.strictObject({ kind: z.literal('palette'), entry: paletteEntrySchema }),
  z.strictObject({ kind: z.literal('palette-remove'), name: z.string().min(1) }),
]);

/** A picture that was put back for a frame; made by the project itself, which knows where the picture lies. */
const pictureEdit = z.strictObject({
  kind: z.literal('picture'),
  index,
  /** `paint` (default): a picture of this very frame; `reference`: of something alike. */
  use: z.enum(['paint', 'reference']).optional(),
  path: z.string().min(1),
  sha256: z.string().length(64),
});

/** One command to a plan. Edits are applied one after the other to the plan as it then is, so that none loses another. */
export const recordedEditSchema = z.union([editSchema, pictureEdit]);
export type Edit = z.output<typeof recordedEditSchema>;
