import type { Edit } from '../../media/plan/edit.ts';
import type { GradeChange } from '../../media/plan/grade.ts';
import { type Hint, type HintChange, isRegion } from '../../media/plan/hint.ts';
import { lookName } from '../../media/plan/look-name.ts';
import { keyframeAt, type Plan } from '../../media/plan/plan.ts';
import type { ShotReviewChange } from '../../media/plan/shot-review.ts';
import { allEdits, applyRecorded, type History } from './history.ts';

/** Shots that a line names before it counts. */
const NAMED_SHOTS = 5;

/** An edit in one plain line, and where it is seen. */
export interface EditLine {
  readonly line: string;
  /** The frame that it is about, where it is about one. */
  readonly frame?: number;
}

/** Every edit made and undone, in order. */
export function describeHistory(history: History): EditLine[] {
  let plan = history.base;
  return allEdits(history).map(edit => {
    const frame = frameOf(edit, plan);
    const line = describeEdit(edit, plan);
    plan = applyRecorded(history.base, plan, edit);
    return { line, ...(frame !== undefined && { frame }) };
  });
}

/** What an edit does, in one line. `before`: the plan that it is applied to. */
export function describeEdit(edit: Edit, before: Plan): string {
  switch (edit.kind) {
    case 'hint-add':
      return `${hintName(edit.hint)} at frame ${edit.index} added`;
    case 'hint-change':
      return `${hintName(hintOf(before, edit))} at frame ${edit.index} ${hintChanges(edit.set)}`;
    case 'hint-remove':
      return `${hintName(hintOf(before, edit))} at frame ${edit.index} removed`;
    case 'hint-correct':
      return `${hintName(hintOf(before, edit))} at frame ${edit.index} corrected by a stroke`;
    case 'keyframe-add':
      return `Keyframe ${edit.index} added`;
    case 'keyframe-remove':
      return `Keyframe ${edit.index} removed`;
    case 'keyframe-move':
      return `Keyframe ${edit.index} moved to frame ${edit.to}`;
    case 'picture':
      return `${edit.use === 'reference' ? 'Reference' : 'Picture'} for frame ${edit.index} put`;
    case 'picture-remove':
      return `Picture of frame ${edit.index} removed`;
    case 'grade':
      return gradeLine(edit.shot === undefined ? 'the film' : `shot ${edit.shot + 1}`, edit.grade);
    case 'palette': {
      const known = before.palette?.some(({ name }) => name === edit.name);
      return `Palette colour ${edit.name} ${known ? 'changed to' : 'added:'} ${edit.color}`;
    }
    case 'palette-place':
      return `${edit.name} placed on frame ${edit.place.index}`;
    case 'palette-unplace':
      return `${edit.name} taken away from frame ${edit.place.index}`;
    case 'palette-remove':
      return `Palette colour ${edit.name} removed`;
    case 'grade-copy':
      return `Grade of shot ${edit.from + 1} copied to ${shotNames(edit.to)}`;
    case 'reference-copy':
      return `References of shot ${edit.from + 1} copied to ${shotNames(edit.to)}`;
    case 'batch': {
      const [first, ...others] = edit.edits;
      const line = describeEdit(first!, before);
      return others.length === 0 ? line : `${line}, and ${others.length} more`;
    }
    case 'shot-review':
      return reviewLine(edit.shot, edit.set);
    case 'restore':
      return `Went back to version "${edit.name}"`;
  }
}

function frameOf(edit: Edit, before: Plan): number | undefined {
  switch (edit.kind) {
    case 'keyframe-move':
      return edit.to;
    case 'palette-place':
    case 'palette-unplace':
      return edit.place.index;
    case 'grade':
    case 'shot-review':
      return edit.shot === undefined ? undefined : before.shots[edit.shot]!.start;
    case 'batch':
      return frameOf(edit.edits[0]!, before);
    default:
      return 'index' in edit ? edit.index : undefined;
  }
}

function hintOf(plan: Plan, { index, id }: { index: number; id: string }): Hint {
  return keyframeAt(plan, index).keyframe.hints!.find(hint => hint.id === id)!;
}

function hintName({ name, color, path, ...hint }: Hint): string {
  const what = isRegion(hint) ? 'Region' : path ? 'Stroke' : 'Hint';
  return name === undefined ? `${what} ${color}` : `${what} ${color} (${name})`;
}

/** As people count them; of many, the first few. */
function shotNames(shots: readonly number[]): string {
  const [few, rest] = [shots.slice(0, NAMED_SHOTS).map(shot => shot + 1), shots.length - NAMED_SHOTS];
  return `shot${shots.length === 1 ? '' : 's'} ${few.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function hintChanges({ x, y, path, polygon, corrections, color, radius, fill, name }: HintChange): string {
  const changes = [
    (x !== undefined || y !== undefined || path !== undefined) && 'moved',
    polygon !== undefined && 'reshaped',
    corrections !== undefined && 'with other strokes',
    color !== undefined && `recoloured to ${color}`,
    radius !== undefined && `resized to ${percent(radius)}`,
    fill != null && `set to reach ${percent(fill)}`,
    name !== undefined && (name === null ? 'no longer named' : `named ${name}`),
  ];
  return inOneLine(changes) || 'changed';
}

const inOneLine = (parts: readonly (string | false)[]) => parts.filter(part => part !== false).join(', ');

const percent = (share: number) => `${Math.round(share * 1000) / 10}%`;

function gradeLine(target: string, grade: GradeChange | null): string {
  if (grade === null) return `Grade of ${target} removed`;
  return `Grade of ${target}: ${gradeChanges(grade) || 'unchanged'}`;
}

function gradeChanges({ saturation, warmth, darkGuard, look, hues = [] }: GradeChange): string {
  return inOneLine([
    saturation !== undefined && `saturation ${saturation}`,
    warmth !== undefined && `warmth ${warmth}`,
    darkGuard !== undefined && `dark guard ${darkGuard}`,
    look !== undefined && `look ${lookName(look)}`,
    ...hues.map(({ from, to, saturation, turn }) => {
      const fields = [saturation !== undefined && `saturation ${saturation}`, turn !== undefined && `turned by ${turn}°`];
      return `hues ${from}° to ${to}° ${inOneLine(fields)}`;
    }),
  ]);
}

const VERDICTS = { approved: 'approved', 'needs-work': 'marked as needing work' } as const;

function reviewLine(shot: number, { status, note }: ShotReviewChange): string {
  const changes = [
    status !== undefined && (status === null ? 'no longer marked' : VERDICTS[status]),
    note !== undefined && (note === null ? 'note removed' : `noted: ${note}`),
  ];
  return `Shot ${shot + 1} ${inOneLine(changes) || 'unchanged'}`;
}
