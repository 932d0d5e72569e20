import { shotNumberAt } from '../../media/plan/plan.ts';
import { applyEdit } from './apply-edit.ts';
import type { EditingSession } from './editing-session.ts';
import { showKeyframe, showRendered } from './show-frame.ts';

/**
 * A frame as a version of the project has it (`now`: as it is), as a JPEG at most `width` pixels wide: of the finished shot where
 * there is one, else coloured at once like a keyframe, with the hints of the version. Throws `usage` where there is no such
 * version or frame.
 */
export async function showVersion(
  session: EditingSession,
  version: string,
  { index, width }: { readonly index: number; readonly width: number },
): Promise<Buffer> {
  const plan = session.project.version(version);
  const number = shotNumberAt(plan, index);
  const fingerprint = session.fingerprint(plan, number);
  const rendered = await showRendered(session, index, { fingerprint, width });
  if (rendered) return rendered;
  const isKeyframe = plan.shots[number]!.keyframes.some(keyframe => keyframe.index === index);
  return showKeyframe(session, index, width, isKeyframe ? plan : applyEdit(plan, { kind: 'keyframe-add', index }));
}
