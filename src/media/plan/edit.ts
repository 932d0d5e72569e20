import { z } from 'zod';
import { gradeChangeSchema } from './grade.ts';
import { colorWord, correctionSchema, hintChangeSchema, hintSchema, paletteName, palettePlaceSchema } from './hint.ts';
import { shotReviewChangeSchema } from './shot-review.ts';

const index = z.int().min(0);
const id = z.string().min(1).max(40);
const ofFrame = <Kind extends string>(kind: Kind) => z.strictObject({ kind: z.literal(kind), index });
const hintAdd = z.strictObject({ kind: z.literal('hint-add'), index, hint: hintSchema });

/** Maximum edits of a batch, and shots that something is copied to at once. */
const MAX_BATCH = 2000;
const shotNumber = z.int().min(0);
const ofShots = <Kind extends string>(kind: Kind) =>
  z.strictObject({ kind: z.literal(kind), from: shotNumber, to: z.array(shotNumber).min(1).max(MAX_BATCH) });

/**
 * Edits that a client may request. Each states only what changes, so edits from two clients, or sent before the previous answer,
 * do not undo each other.
 */
const singleEditSchema = z.discriminatedUnion('kind', [
  hintAdd,
  z.strictObject({ kind: z.literal('hint-change'), index, id, set: hintChangeSchema }),
  z.strictObject({ kind: z.literal('hint-remove'), index, id }),
  /** Adds to a region, or subtracts from it, by a stroke. */
  z.strictObject({ kind: z.literal('hint-correct'), index, id, correction: correctionSchema }),
  ofFrame('keyframe-add'),
  ofFrame('keyframe-remove'),
  z.strictObject({ kind: z.literal('keyframe-move'), index, to: index }),
  ofFrame('picture-remove'),
  /** For a shot, or for the film. null removes the grade. */
  z.strictObject({ kind: z.literal('grade'), shot: z.int().min(0).optional(), grade: gradeChangeSchema.nullable() }),
  /** Creates a palette colour or changes its colour. Its places stay. */
  z.strictObject({ kind: z.literal('palette'), name: paletteName, color: colorWord }),
  z.strictObject({ kind: z.literal('palette-place'), name: paletteName, place: palettePlaceSchema }),
  z.strictObject({ kind: z.literal('palette-unplace'), name: paletteName, place: palettePlaceSchema }),
  z.strictObject({ kind: z.literal('palette-remove'), name: paletteName }),
  /** Gives shots the grade of another: none of their own if it has none. */
  ofShots('grade-copy'),
  /** Gives the keyframes of shots, unless they are pictures, the references of another shot. */
  ofShots('reference-copy'),
  z.strictObject({ kind: z.literal('shot-review'), shot: shotNumber, set: shotReviewChangeSchema }),
]);
export type SingleEdit = z.output<typeof singleEditSchema>;

/** A single edit, or several that are made and undone as one. */
export const editSchema = z.discriminatedUnion('kind', [
  singleEditSchema,
  z.strictObject({ kind: z.literal('batch'), edits: z.array(singleEditSchema).min(1).max(MAX_BATCH) }),
]);
export type RequestedEdit = z.output<typeof editSchema>;

/** A picture supplied for a frame. Created by the project itself, which knows where the picture is stored. */
const pictureEdit = z.strictObject({
  kind: z.literal('picture'),
  index,
  /** `paint` (default): a picture of this very frame; `reference`: of similar content. */
  use: z.enum(['paint', 'reference']).optional(),
  path: z.string().min(1),
  sha256: z.string().length(64),
});

const planEditSchema = z.union([editSchema, pictureEdit]);
/** An edit that says what changes in the plan as it is then. */
export type PlanEdit = z.output<typeof planEditSchema>;

export const versionName = z.string().trim().min(1).max(100);

/** Goes back to a version: to the first plan and these edits. Created by the project itself. Reviews of shots stay as they are. */
const restoreEdit = z.strictObject({ kind: z.literal('restore'), name: versionName, edits: z.array(planEditSchema) });

/** One edit of a project. Edits are applied in order, each to the plan as it is then, so none is lost. */
export const recordedEditSchema = z.union([planEditSchema, restoreEdit]);
export type Edit = z.output<typeof recordedEditSchema>;
