import { gradeContent } from './grade.ts';
import { type Hint, paletteHints } from './hint.ts';
import { canonicalJson, gradeOf, type Plan, type PlannedKeyframe, type PlannedShot } from './plan.ts';
import type { ShotDifference } from './shot-difference.ts';

/** The shots that differ from one plan to the other, in order. Throws RangeError where the plans have not the same shots. */
export function comparePlans(one: Plan, other: Plan): ShotDifference[] {
  if (one.shots.length !== other.shots.length) throw new RangeError('expected two plans of the same shots');
  return one.shots.flatMap((shot, number) => {
    const found = compareShots({ plan: one, shot }, { plan: other, shot: other.shots[number]! });
    return found ? [{ number, ...found }] : [];
  });
}

interface Side {
  readonly plan: Plan;
  readonly shot: PlannedShot;
}

function compareShots(one: Side, other: Side): Omit<ShotDifference, 'number'> | undefined {
  const grade = !same(gradeIn(one), gradeIn(other));
  const palette = !same(placesIn(one), placesIn(other));
  if (one.shot === other.shot && !grade && !palette) return undefined;
  const [before, after] = [byIndex(one.shot), byIndex(other.shot)];
  const keyframes = { added: missing(after, before), removed: missing(before, after) };
  const sources = [...before].flatMap(([index, { color }]) => {
    const found = after.get(index);
    return found && !same(color, found.color) ? [index] : [];
  });
  const hints = compareHints(hintsById(one.shot), hintsById(other.shot));
  const isSame =
    !grade &&
    !palette &&
    [...keyframes.added, ...keyframes.removed, ...sources].length === 0 &&
    !Object.values(hints).some(Boolean);
  return isSame ? undefined : { hints, keyframes, sources, grade, palette };
}

const gradeIn = ({ plan, shot }: Side) => gradeContent(gradeOf(plan, shot) ?? {});
const same = (one: unknown, other: unknown) => canonicalJson(one ?? null) === canonicalJson(other ?? null);
const byIndex = ({ keyframes }: PlannedShot): Map<number, PlannedKeyframe> =>
  new Map(keyframes.map(keyframe => [keyframe.index, keyframe]));
const missing = (from: Map<number, unknown>, to: Map<number, unknown>) => [...from.keys()].filter(index => !to.has(index));
const placesIn = ({ plan, shot }: Side) =>
  shot.keyframes.map(({ index }) => paletteHints(plan.palette, index)).filter(({ length }) => length > 0);

/** Hints with the frame they lie on. One without an id, from a plan edited by hand, is known by what it is. */
function hintsById({ keyframes }: PlannedShot): Map<string, Hint & { index: number }> {
  return new Map(
    keyframes.flatMap(({ index, hints = [] }) =>
      hints.map(hint => [hint.id ?? canonicalJson([index, hint]), { ...hint, index }] as const),
    ),
  );
}

function compareHints(before: Map<string, Hint>, after: Map<string, Hint>): ShotDifference['hints'] {
  const kept = [...before.keys()].filter(id => after.has(id));
  return {
    added: after.size - kept.length,
    removed: before.size - kept.length,
    changed: kept.filter(id => !same(before.get(id), after.get(id))).length,
  };
}
