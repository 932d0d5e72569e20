import { type FailurePlace, KinemacolorError } from '../../errors.ts';
import type { PlanEdit } from '../../media/plan/edit.ts';
import { changedGrade, type Grade, type GradeChange } from '../../media/plan/grade.ts';
import {
  type Correction,
  type Hint,
  type HintChange,
  hintAt,
  isRegion,
  MAX_CORRECTIONS,
  MAX_PLACES,
  type PaletteEntry,
} from '../../media/plan/hint.ts';
import {
  canonicalJson,
  checkShot,
  keyframeAt,
  type Plan,
  type PlannedKeyframe,
  type PlannedShot,
  shotLook,
  shotNumberAt,
} from '../../media/plan/plan.ts';
import { changedReview } from '../../media/plan/shot-review.ts';
import { copyToShots } from './copy-to-shots.ts';

const MODEL = { kind: 'model' } as const;

/** Apply one edit; returns a new plan. Throws `usage` where the edit is not possible. */
export function applyEdit(plan: Plan, edit: PlanEdit): Plan {
  switch (edit.kind) {
    case 'hint-add':
      return withKeyframe(plan, edit.index, found => ({ ...found, hints: [...(found.hints ?? []), edit.hint] }));
    case 'hint-change':
      return withKeyframe(plan, edit.index, found => withHints(found, edit.id, hint => [changedHint(hint, edit.set)]));
    case 'hint-correct':
      return withKeyframe(plan, edit.index, found =>
        withHints(found, edit.id, hint => [correctedHint(hint, edit.correction, edit.index)]),
      );
    case 'hint-remove':
      return withKeyframe(plan, edit.index, found => withHints(found, edit.id, () => []));
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
      const { name, color } = edit;
      const known = (plan.palette ?? []).some(entry => entry.name === name);
      if (!known) return { ...plan, palette: [...(plan.palette ?? []), { name, color, places: [] }] };
      return withEntry(plan, name, entry => ({ ...entry, color }));
    }
    case 'palette-place': {
      const placed = withEntry(plan, edit.name, entry => {
        if (entry.places.length >= MAX_PLACES) throw refused(`"${entry.name}" has ${MAX_PLACES} places, the most there can be.`);
        return { ...entry, places: [...entry.places, edit.place] };
      });
      return withKeyframe(placed, edit.place.index, found => found);
    }
    case 'palette-unplace': {
      const wanted = canonicalJson(edit.place);
      return withEntry(plan, edit.name, entry => {
        const places = entry.places.filter(place => canonicalJson(place) !== wanted);
        if (places.length === entry.places.length)
          throw refused(`"${entry.name}" has no such place; it may have been removed already.`);
        return { ...entry, places };
      });
    }
    case 'palette-remove': {
      const palette = (plan.palette ?? []).filter(({ name }) => name !== edit.name);
      if (palette.length === (plan.palette ?? []).length) throw refused(`The palette has no colour named "${edit.name}".`);
      return { ...plan, palette };
    }
    case 'shot-review':
      checkShot(plan, edit.shot);
      return changeShot(plan, edit.shot, ({ review, ...shot }) => {
        const next = changedReview(review, edit.set, shotLook(plan, edit.shot));
        return { ...shot, ...(next && { review: next }) };
      });
    case 'grade-copy':
    case 'reference-copy':
      return copyToShots(plan, edit);
    case 'batch':
      return edit.edits.reduce<Plan>(applyEdit, plan);
  }
}

function pictureSource({ use, path, sha256 }: Extract<PlanEdit, { kind: 'picture' }>): PlannedKeyframe['color'] {
  return use === 'reference' ? { kind: 'reference', path, sha256 } : { kind: 'picture', path, sha256, unpainted: 'model' };
}

function refused(message: string, place: FailurePlace = {}): KinemacolorError {
  return new KinemacolorError('usage', message, { place });
}

function changeShot(plan: Plan, number: number, change: (shot: PlannedShot) => PlannedShot): Plan {
  return { ...plan, shots: plan.shots.map((shot, at) => (at === number ? change(shot) : shot)) };
}

function changeKeyframes(plan: Plan, index: number, change: (all: readonly PlannedKeyframe[]) => PlannedKeyframe[]): Plan {
  return changeShot(plan, shotNumberAt(plan, index), ({ kept, ...shot }) => {
    const keyframes = change(shot.keyframes);
    // A shot whose own colour was kept is coloured from its first keyframe on.
    return { ...shot, keyframes, ...(kept && keyframes.length === 0 && { kept }) };
  });
}

/** Change a keyframe; a frame that is none becomes one first, coloured by the model. */
function withKeyframe(plan: Plan, index: number, change: (found: PlannedKeyframe) => PlannedKeyframe): Plan {
  return changeKeyframes(plan, index, all => {
    const found = all.find(keyframe => keyframe.index === index) ?? { index, color: MODEL };
    const others = all.filter(keyframe => keyframe.index !== index);
    return [...others, change(found)].sort((a, b) => a.index - b.index);
  });
}

function withHints(found: PlannedKeyframe, id: string, change: (hint: Hint) => Hint[]): PlannedKeyframe {
  const { hints: before = [], ...rest } = found;
  if (!before.some(hint => hint.id === id))
    throw refused(`Frame ${found.index} has no such hint; it may have been removed already.`);
  const hints = before.flatMap(hint => (hint.id === id ? change(hint) : [hint]));
  return hints.length > 0 ? { ...rest, hints } : rest;
}

/** Null removes a field. */
function changedHint(hint: Hint, set: HintChange): Hint {
  const moved = hintAt(hint, { x: set.x ?? hint.x, y: set.y ?? hint.y });
  const fields = Object.entries({ ...moved, ...set }).filter(([, value]) => value !== null);
  return Object.fromEntries(fields) as Hint;
}

function correctedHint(hint: Hint, correction: Correction, index: number): Hint {
  if (!isRegion(hint))
    throw refused(`Only a region is corrected by strokes; this hint of frame ${index} is none.`, { frame: index });
  const corrections = [...(hint.corrections ?? []), correction];
  if (corrections.length > MAX_CORRECTIONS)
    throw refused(`A region has at most ${MAX_CORRECTIONS} strokes; this one of frame ${index} has as many.`, { frame: index });
  return { ...hint, corrections };
}

function withEntry(plan: Plan, name: string, change: (entry: PaletteEntry) => PaletteEntry): Plan {
  const palette = plan.palette ?? [];
  if (!palette.some(entry => entry.name === name)) throw refused(`The palette has no colour named "${name}".`);
  return { ...plan, palette: palette.map(entry => (entry.name === name ? change(entry) : entry)) };
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

/** A shot's first change begins where the film's grade is; without a grade of its own it takes the film's again. */
function withGrade(plan: Plan, { shot, grade }: { shot?: number | undefined; grade: GradeChange | null }): Plan {
  if (shot !== undefined) checkShot(plan, shot);
  const before = (shot === undefined ? undefined : plan.shots[shot]!.grade) ?? plan.grade ?? {};
  const set = grade === null ? {} : { grade: changed(before, grade) };
  if (shot === undefined) {
    const { grade: _before, ...rest } = plan;
    return { ...rest, ...set };
  }
  return changeShot(plan, shot, ({ grade: _before, ...rest }) => ({ ...rest, ...set }));
}

function changed(before: Grade, change: GradeChange): Grade {
  try {
    return changedGrade(before, change);
  } catch (cause) {
    throw refused(`The grade cannot be changed so: ${(cause as Error).message}.`);
  }
}
