import { z } from 'zod';
import { gradeChangeSchema } from './grade.ts';
import { colorWord, hintChangeSchema, hintSchema, paletteName, palettePlaceSchema } from './hint.ts';

const index = z.int().min(0);
const id = z.string().min(1).max(40);
const ofFrame = <Kind extends string>(kind: Kind) => z.strictObject({ kind: z.literal(kind), index });
const hintAdd = z.strictObject({ kind: z.literal('hint-add'), index, hint: hintSchema });

/**
 * What a person may ask of a plan, from outside. Each says the one thing that changes, never what it leaves alone: edits of two hands, or of one
 * that is faster than the answers, do not undo each other.
 */
export const editSchema = z.discriminatedUnion('kind', [
  hintAdd,
  z.strictObject({ kind: z.literal('hint-change'), index, id, set: hintChangeSchema }),
  z.strictObject({ kind: z.literal('hint-remove'), index, id }),
  ofFrame('keyframe-add'),
  ofFrame('keyframe-remove'),
  z.strictObject({ kind: z.literal('keyframe-move'), index, to: index }),
  ofFrame('picture-remove'),
  /** Of a shot, or of the film. null: none any more. */
  z.strictObject({ kind: z.literal('grade'), shot: z.int().min(0).optional(), grade: gradeChangeSchema.nullable() }),
  /** A colour of the palette: made, or given another colour; its places stay. */
  z.strictObject({ kind: z.literal('palette'), name: paletteName, color: colorWord }),
  z.strictObject({ kind: z.literal('palette-place'), name: paletteName, place: palettePlaceSchema }),
  z.strictObject({ kind: z.literal('palette-unplace'), name: paletteName, place: palettePlaceSchema }),
  z.strictObject({ kind: z.literal('palette-remove'), name: paletteName }),
]);
export type AskedEdit = z.output<typeof editSchema>;

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
