import { type FailurePlace, KinemacolorError } from '../../errors.ts';
import type { Edit } from '../../media/plan/edit.ts';
import {
  canonicalJson,
  keyframeAt,
  type Plan,
  type PlannedKeyframe,
  type PlannedShot,
  shotNumberAt,
} from '../../media/plan/plan.ts';

const MODEL = { kind: 'model' } as const;

/** The plan after one edit; the plan given is left as it is. Throws `usage` where the edit cannot be. */
export function applyEdit(plan: Plan, edit: Edit): Plan {
  switch (edit.kind) {
    case 'hint-add':
      return withKeyframe(plan, edit.index, found => ({ ...found, hints: [...(found.hints ?? []), edit.hint] }));
    case 'hint-remove':
      return withKeyframe(plan, edit.index, found => withoutHint(found, edit.hint));
    case 'keyframe-add':
      return withKeyframe(plan, edit.index, found => found);
    case 'keyframe-remove':
      keyframeAt(plan, edit.index);
      return changeKeyframes(plan, edit.index, all => all.filter(({ index }) => index !== edit.index));
    case 'keyframe-move':
      return moveKeyframe(plan, edit.index, edit.to);
    case 'picture':
      return withKeyframe(plan, edit.index, found => ({
        ...found,
        color: pictureSource(edit),
      }));
    case 'picture-remove':
      if (keyframeAt(plan, edit.index).keyframe.color.kind === 'model')
        throw refused(`Frame ${edit.index} has no picture to remove; its colour is the model's.`, { frame: edit.index });
      return withKeyframe(plan, edit.index, found => ({ ...found, color: MODEL }));
    case 'grade':
      return withGrade(plan, edit);
    case 'palette': {
      const others = (plan.palette ?? []).filter(({ name }) => name !== edit.entry.name);
      const added = { ...plan, palette: [...others, edit.entry] };
      return edit.entry.places.reduce<Plan>((now, { index }) => withKeyframe(now, index, found => found), added);
    }
    case 'palette-remove': {
      const palette = (plan.palette ?? []).filter(({ name }) => name !== edit.name);
      if (palette.length === (plan.palette ?? []).length) throw refused(`The palette has no colour named "${edit.name}".`);
      return { ...plan, palette };
    }
  }
}

function pictureSource({ use, path, sha256 }: Extract<Edit, { kind: 'picture' }>): PlannedKeyframe['color'] {
  return use === 'reference' ? { kind: 'reference', path, sha256 } : { kind: 'picture', path, sha256, unpainted: 'model' };
}

function refused(message: string, place: FailurePlace = {}): KinemacolorError {
  return new KinemacolorError('usage', message, { place });
}

function changeShot(plan: Plan, number: number, change: (shot: PlannedShot) => PlannedShot): Plan {
  return { ...plan, shots: plan.shots.map((shot, at) => (at === number ? change(shot) : shot)) };
}

function changeKeyframes(plan: Plan, index: number, change: (all: readonly PlannedKeyframe[]) => PlannedKeyframe[]): Plan {
  return changeShot(plan, shotNumberAt(plan, index), shot => ({ ...shot, keyframes: change(shot.keyframes) }));
}

/** A frame that is no keyframe becomes one, coloured by the model. */
function withKeyframe(plan: Plan, index: number, change: (found: PlannedKeyframe) => PlannedKeyframe): Plan {
  return changeKeyframes(plan, index, all => {
    const found = all.find(keyframe => keyframe.index === index) ?? { index, color: MODEL };
    const others = all.filter(keyframe => keyframe.index !== index);
    return [...others, change(found)].sort((a, b) => a.index - b.index);
  });
}

function withoutHint(found: PlannedKeyframe, hint: NonNullable<PlannedKeyframe['hints']>[number]): PlannedKeyframe {
  const wanted = canonicalJson(hint);
  const hints = (found.hints ?? []).filter(one => canonicalJson(one) !== wanted);
  if (hints.length === (found.hints ?? []).length)
    throw refused(`Frame ${found.index} has no such hint; it may have been removed already.`, { frame: found.index });
  const { hints: _before, ...rest } = found;
  return hints.length > 0 ? { ...rest, hints } : rest;
}

function moveKeyframe(plan: Plan, index: number, to: number): Plan {
  const { keyframe: moved } = keyframeAt(plan, index);
  if (shotNumberAt(plan, index) !== shotNumberAt(plan, to))
    throw refused(`Frame ${to} lies in another shot than frame ${index}.`, { frame: to });
  if (moved.color.kind === 'picture')
    throw refused(`Keyframe ${index} is a picture of that very frame and cannot be moved.`, { frame: index });
  return changeKeyframes(plan, index, all => {
    if (all.some(keyframe => keyframe.index === to)) throw refused(`Frame ${to} is a keyframe already.`, { frame: to });
    const others = all.filter(keyframe => keyframe.index !== index);
    return [...others, { ...moved, index: to }].sort((a, b) => a.index - b.index);
  });
}

/** A shot's empty grade takes the film's again. */
function withGrade(plan: Plan, { shot, grade }: { shot?: number | undefined; grade: NonNullable<Plan['grade']> }): Plan {
  const set = Object.keys(grade).length > 0 ? { grade } : {};
  if (shot === undefined) {
    const { grade: _before, ...rest } = plan;
    return { ...rest, ...set };
  }
  if (shot >= plan.shots.length) throw refused(`Expected a shot from 0 to ${plan.shots.length - 1}, received ${shot}.`);
  return changeShot(plan, shot, ({ grade: _before, ...rest }) => ({ ...rest, ...set }));
}
