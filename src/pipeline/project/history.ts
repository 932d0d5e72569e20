import { z } from 'zod';
import { KinemacolorError } from '../../errors.ts';
import { type Edit, type PlanEdit, recordedEditSchema, versionName } from '../../media/plan/edit.ts';
import { type Plan, planSchema } from '../../media/plan/plan.ts';
import { applyEdit } from './apply-edit.ts';

/** A state of the project that was given a name. It stays whatever is edited or undone later. */
const versionSchema = z.strictObject({
  id: z.string().regex(/^v\d+$/),
  name: versionName,
  /** When it was named, ISO 8601. */
  made: z.string(),
  /** The edits that lead to it from the first plan. */
  edits: z.array(recordedEditSchema),
});

/** Everything that a project is made of: the first plan and every edit since; `undone`: the last one undone is the last. */
export const historySchema = z.strictObject({
  kinemacolor: z.literal(1),
  revision: z.int().min(0),
  base: planSchema,
  edits: z.array(recordedEditSchema),
  undone: z.array(recordedEditSchema),
  versions: z.array(versionSchema).optional(),
});
export type History = z.output<typeof historySchema>;
export type Version = z.output<typeof versionSchema>;

/** A history and the plan that follows from it. */
export interface Edited {
  readonly history: History;
  readonly plan: Plan;
}

export type HistoryChange =
  | { readonly type: 'edit'; readonly edit: PlanEdit }
  /** To the state after so many edits, of those made and those undone. */
  | { readonly type: 'go'; readonly position: number }
  | { readonly type: 'undo' | 'redo' }
  | { readonly type: 'name'; readonly name: string; readonly made: string }
  | { readonly type: 'restore' | 'forget'; readonly id: string };

/** The plan after some edits. */
export function replay(base: Plan, edits: readonly Edit[]): Plan {
  return edits.reduce((plan, edit) => applyRecorded(base, plan, edit), base);
}

/** The plan after one more edit. */
export function applyRecorded(base: Plan, plan: Plan, edit: Edit): Plan {
  if (edit.kind !== 'restore') return applyEdit(plan, edit);
  const restored = replay(base, edit.edits);
  const shots = restored.shots.map(({ review: _review, ...shot }, number) => {
    const { review } = plan.shots[number]!;
    return review ? { ...shot, review } : shot;
  });
  return { ...restored, shots };
}

/** What a history becomes. Throws `usage` where the change is not possible. */
export function changeHistory({ history, plan }: Edited, change: HistoryChange): Edited {
  const next: History = { ...history, revision: history.revision + 1 };
  const { base, edits, undone, versions = [] } = history;
  const added = (edit: Edit): Edited => ({
    history: { ...next, edits: [...edits, edit], undone: [] },
    plan: applyRecorded(base, plan, edit),
  });
  switch (change.type) {
    case 'edit':
      return added(named(change.edit, next.revision));
    case 'undo':
      if (edits.length === 0) throw new KinemacolorError('usage', 'There is no edit to undo.');
      return changeHistory({ history, plan }, { type: 'go', position: edits.length - 1 });
    case 'redo':
      if (undone.length === 0) throw new KinemacolorError('usage', 'There is no edit to make again.');
      return changeHistory({ history, plan }, { type: 'go', position: edits.length + 1 });
    case 'go': {
      const all = allEdits(history);
      const { position } = change;
      if (position > all.length)
        throw new KinemacolorError('usage', `Expected a place among ${all.length} edits, received ${position}.`);
      const kept = all.slice(0, position);
      const from = position > edits.length ? { plan, missing: all.slice(edits.length, position) } : { plan: base, missing: kept };
      return {
        history: { ...next, edits: kept, undone: all.slice(position).reverse() },
        plan: from.missing.reduce((before, edit) => applyRecorded(base, before, edit), from.plan),
      };
    }
    case 'name': {
      const { name, made } = change;
      if (versions.some(version => version.name === name))
        throw new KinemacolorError('usage', `There is a version named "${name}" already; choose another name.`);
      return { history: { ...next, versions: [...versions, { id: `v${next.revision}`, name, made, edits: [...edits] }] }, plan };
    }
    case 'forget':
      versionIn(history, change.id);
      return { history: { ...next, versions: versions.filter(({ id }) => id !== change.id) }, plan };
    case 'restore': {
      const version = versionIn(history, change.id);
      return added({ kind: 'restore', name: version.name, edits: flattened(version.edits) });
    }
  }
}

/** Edits made and undone, in their order. */
export function allEdits({ edits, undone }: History): readonly Edit[] {
  return [...edits, ...[...undone].reverse()];
}

/** Throws `usage` where there is no such version. */
export function versionIn({ versions = [] }: History, id: string): Version {
  const found = versions.find(version => version.id === id);
  if (found) return found;
  throw new KinemacolorError('usage', 'There is no such version; it may have been removed already.');
}

/** The same plan without going back on the way, and without reviews, which going back leaves as they are. */
function flattened(edits: readonly Edit[]): PlanEdit[] {
  const last = edits.findLastIndex(({ kind }) => kind === 'restore');
  const restored = edits[last];
  const before = restored?.kind === 'restore' ? restored.edits : [];
  return [...before, ...edits.slice(last + 1)].filter((edit): edit is PlanEdit => !/^(restore|shot-review)$/.test(edit.kind));
}

/** A hint is known by the revision that it came with, for good: made again after an undo it is the same one. */
function named(edit: PlanEdit, revision: number): PlanEdit {
  const withId = <Some extends PlanEdit>(one: Some, id: string): Some =>
    one.kind === 'hint-add' ? { ...one, hint: { ...one.hint, id } } : one;
  if (edit.kind !== 'batch') return withId(edit, `h${revision}`);
  return { ...edit, edits: edit.edits.map((one, place) => withId(one, `h${revision}-${place}`)) };
}
