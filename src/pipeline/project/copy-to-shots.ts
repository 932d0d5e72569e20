import { KinemacolorError } from '../../errors.ts';
import type { SingleEdit } from '../../media/plan/edit.ts';
import { checkShot, type Plan, type PlannedShot } from '../../media/plan/plan.ts';

export type CopyEdit = Extract<SingleEdit, { kind: 'grade-copy' | 'reference-copy' }>;

/** Copies the grade or the references of a shot to others. Throws `usage` for a shot that does not exist, or has no reference. */
export function copyToShots(plan: Plan, { kind, from, to }: CopyEdit): Plan {
  for (const number of [from, ...to]) checkShot(plan, number);
  const source = plan.shots[from]!;
  const copied = kind === 'grade-copy' ? withGradeOf(source) : withReferencesOf(source, from);
  const targets = new Set(to);
  return { ...plan, shots: plan.shots.map((shot, number) => (targets.has(number) && number !== from ? copied(shot) : shot)) };
}

function withGradeOf({ grade }: PlannedShot) {
  return ({ grade: _before, ...rest }: PlannedShot): PlannedShot => ({ ...rest, ...(grade && { grade }) });
}

/** Each keyframe gets the reference that lies nearest to it, both seen as shares of their shots. */
function withReferencesOf(source: PlannedShot, from: number) {
  const references = source.keyframes.filter(({ color }) => color.kind === 'reference');
  if (references.length === 0)
    throw new KinemacolorError('usage', `Shot ${from + 1} has no reference to copy; put one on a keyframe of it first.`, {
      place: { shot: from },
    });
  const share = (shot: PlannedShot, index: number) => (index - shot.start) / (shot.end - shot.start);
  return (shot: PlannedShot): PlannedShot => ({
    ...shot,
    keyframes: shot.keyframes.map(keyframe => {
      if (keyframe.color.kind === 'picture') return keyframe;
      const away = ({ index }: { index: number }) => Math.abs(share(source, index) - share(shot, keyframe.index));
      const nearest = references.reduce((best, one) => (away(one) < away(best) ? one : best));
      return { ...keyframe, color: nearest.color };
    }),
  });
}
