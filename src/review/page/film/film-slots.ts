import type { ProjectView, ShotView } from '../../contract.ts';
import { addressOf } from '../../routes.ts';
import { shotOf } from '../state/standing.ts';

/** A stretch of the film that one thumbnail stands for, and the frame that it shows. */
export interface FilmSlot {
  readonly from: number;
  readonly to: number;
  readonly frame: number;
  readonly shot: ShotView;
}

/** The frames that the shots of a film cover: first <= frame < end. */
export function filmRange({ shots }: Pick<ProjectView, 'shots'>): { readonly first: number; readonly end: number } {
  return { first: shots[0]!.start, end: shots.at(-1)!.end };
}

/**
 * As many stretches of equal length as thumbnails fit, however many shots there are. Each shows the shot in its middle: the
 * keyframe nearest to the middle where one lies in the stretch, as it is coloured without a render; else the middle itself.
 */
export function filmSlots(project: ProjectView, count: number): FilmSlot[] {
  const { first, end } = filmRange(project);
  const slots = Math.max(1, Math.min(count, end - first));
  return Array.from({ length: slots }, (_, slot) => {
    const from = first + Math.floor((slot * (end - first)) / slots);
    const to = first + Math.floor(((slot + 1) * (end - first)) / slots);
    const middle = Math.floor((from + to) / 2);
    const shot = shotOf(project, middle);
    const near = shot.keyframes.map(({ index }) => index).filter(index => index >= from && index < to);
    near.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    return { from, to, frame: near[0] ?? middle, shot };
  });
}

/** What is there to be seen of a frame; only where nothing is, a keyframe is coloured for it, and any other frame is gray. */
export function thumbnailAddress({ frame, shot }: Pick<FilmSlot, 'frame' | 'shot'>, width: number): string {
  const words = { index: frame };
  if (shot.shown !== null) return addressOf('frame', words, { width, of: shot.shown });
  const isKeyframe = shot.keyframes.some(({ index }) => index === frame);
  return isKeyframe ? addressOf('keyframe', words, { width, of: shot.planned }) : addressOf('frame', words, { width });
}
