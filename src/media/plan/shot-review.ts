import { z } from 'zod';

const status = z.enum(['approved', 'needs-work']);
const note = z.string().min(1).max(2000);

/** A person's verdict on a shot, and a note. Neither changes the shot's picture. */
export const shotReviewSchema = z.strictObject({
  status: status.optional(),
  /** `shotLook` of the shot when the status was given: whether it was changed since. */
  look: z.string().length(64).optional(),
  note: note.optional(),
});
export type ShotReview = z.output<typeof shotReviewSchema>;

/** Fields that change; absent ones stay, null removes. */
export const shotReviewChangeSchema = z.strictObject({ status: status.nullable().optional(), note: note.nullable().optional() });
export type ShotReviewChange = z.output<typeof shotReviewChangeSchema>;

/** Applies a change to a shot's review. `look`: the shot's `shotLook` now. undefined where nothing is left. */
export function changedReview(before: ShotReview | undefined, change: ShotReviewChange, look: string): ShotReview | undefined {
  const note = change.note === undefined ? before?.note : change.note;
  const status = change.status === undefined ? before?.status : change.status;
  const seen = change.status === undefined ? before?.look : look;
  const review = { ...(status && { status, look: seen }), ...(note && { note }) };
  return status || note ? review : undefined;
}
