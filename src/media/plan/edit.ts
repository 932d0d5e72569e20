import { z } from 'zod';
import { gradeSchema } from './grade.ts';
import { hintSchema, paletteEntrySchema } from './hint.ts';

const index = z.int().min(0);
const ofFrame = <Kind extends string>(kind: Kind) => z.strictObject({ kind: z.literal(kind), index });

/** Edits that a client may request. */
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

/** A picture supplied for a frame. Created by the project itself, which knows where the picture is stored. */
const pictureEdit = z.strictObject({
  kind: z.literal('picture'),
  index,
  /** `paint` (default): a picture of this very frame; `reference`: of similar content. */
  use: z.enum(['paint', 'reference']).optional(),
  path: z.string().min(1),
  sha256: z.string().length(64),
});

/** One edit of a plan. Edits are applied in order, each to the plan as it is then, so none is lost. */
export const recordedEditSchema = z.union([editSchema, pictureEdit]);
export type Edit = z.output<typeof recordedEditSchema>;
