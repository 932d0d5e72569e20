import type { Grade } from './grade.ts';
import type { ReferencePicture } from './keyframe.ts';
import type { Plan, PlannedKeyframe } from './plan.ts';

/** A plan with another path for each file that it names by content: the film, pictures, references, tables of looks. */
export function withPaths(plan: Plan, pathOf: (path: string) => string): Plan {
  const moved = <File extends ReferencePicture>(file: File): File => ({ ...file, path: pathOf(file.path) });
  const keyframe = ({ color, ...rest }: PlannedKeyframe): PlannedKeyframe => {
    if (color.kind === 'model') return { ...rest, color };
    if (color.kind === 'picture' || !color.others) return { ...rest, color: moved(color) };
    return { ...rest, color: { ...moved(color), others: color.others.map(moved) } };
  };
  const graded = <Graded extends { readonly grade?: Grade | undefined }>(one: Graded): Graded => {
    const look = one.grade?.look;
    return typeof look === 'object' && look !== null ? { ...one, grade: { ...one.grade, look: moved(look) } } : one;
  };
  const shots = plan.shots.map(shot => graded({ ...shot, keyframes: shot.keyframes.map(keyframe) }));
  return { ...graded(plan), source: moved(plan.source), shots };
}
