import type { ProjectView, ShotView } from '../../contract.ts';
import type { View } from './address.ts';

/** What became of a picture that was asked for. `none`: there is none to be asked for. */
export type PictureState = 'coming' | 'here' | 'failed' | 'none';

/** What the right side of the picture is. */
export type AfterKind =
  /** The film as the plan says it. */
  | 'rendered'
  /** This keyframe as the plan says it, though its shot is not rendered so. */
  | 'planned'
  /** The film as it was before the last changes. */
  | 'earlier'
  /** A version of the project, beside another. */
  | 'compared'
  /** Nothing: the shot was never rendered, and this is no keyframe. */
  | 'none';

/** What stands on the stage. */
export interface Standing {
  /**
   * `loading`: another frame's picture, or none; `proxy`: this frame's, in less detail; `renewing`: this frame's, of before;
   * `shown`: what is asked for; `failed`: it does not come.
   */
  readonly kind: 'loading' | 'proxy' | 'renewing' | 'shown' | 'failed';
  /** Clicks on the picture mean the frame that is named only while that is the frame that is seen. */
  readonly clicks: 'taken' | 'blocked';
  readonly after: AfterKind;
  /** One sentence for people, where something is to be said. */
  readonly note: string | undefined;
}

export interface Looked {
  readonly project: ProjectView;
  readonly frame: number;
  readonly view: View;
  readonly compared?: object | undefined;
  readonly link: 'opening' | 'open' | 'lost';
  readonly before: PictureState;
  readonly after: PictureState;
  /** The frame whose picture was drawn last. */
  readonly drawn: number | undefined;
  /** This frame is at hand from its shot's proxy. */
  readonly proxy?: boolean;
}

export function standing(looked: Looked): Standing {
  const { project, frame, view, before, after, drawn, link } = looked;
  const shot = shotOf(project, frame);
  const what = looked.compared ? 'compared' : afterKind(shot, frame);
  const needed = [
    ...(view === 'after' && what !== 'none' ? [] : [before]),
    ...(view === 'before' || what === 'none' ? [] : [after]),
  ];
  const clicks = drawn === frame || needed.every(state => state === 'here') ? 'taken' : 'blocked';
  if (needed.every(state => state === 'here')) return { kind: 'shown', clicks, after: what, note: noteOf(what, shot, view) };
  if (needed.includes('failed') && link === 'open')
    return { kind: 'failed', clicks, after: what, note: `The picture of frame ${frame} did not come.` };
  if (drawn === frame) return { kind: 'renewing', clicks, after: what, note: `Colouring frame ${frame} anew` };
  const kind = looked.proxy ? 'proxy' : 'loading';
  const note = `Loading frame ${frame}${looked.proxy ? ' in full detail' : ''}`;
  return { kind, clicks: 'blocked', after: what, note };
}

export function afterKind(shot: ShotView, frame: number): AfterKind {
  if (shot.shown === shot.planned) return 'rendered';
  if (shot.keyframes.some(({ index }) => index === frame)) return 'planned';
  return shot.shown === null ? 'none' : 'earlier';
}

function noteOf(after: AfterKind, shot: ShotView, view: View): string | undefined {
  if (view === 'before') return undefined;
  switch (after) {
    case 'rendered':
    case 'compared':
      return undefined;
    case 'planned':
      return 'Keyframe as planned; the shot is not rendered so yet';
    case 'earlier':
      return `Shot ${shot.number + 1} as it was before the last changes`;
    case 'none':
      return `Shot ${shot.number + 1} is not rendered yet`;
  }
}

/** The shot that a frame lies in; the last one for frames beyond the film. */
export function shotOf(project: ProjectView, frame: number): ShotView {
  let [low, high] = [0, project.shots.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frame < project.shots[middle]!.end) high = middle;
    else low = middle + 1;
  }
  return project.shots[low]!;
}
