import { addressOf } from '../../routes.ts';
import { type AfterKind, afterKind } from './standing.ts';
import { type State, shotAt } from './store.ts';

/** Frames fetched ahead of the one shown. */
export const AHEAD = 12;

export interface Sides {
  readonly before: string;
  /** Undefined where there is nothing to be seen. */
  readonly after: string | undefined;
  readonly kind: AfterKind;
}

/**
 * The addresses of both sides of a frame. A keyframe whose shot is stale shows the plan's colour, everything else what was
 * rendered last.
 */
export function sidesOf(state: Pick<State, 'project' | 'isPlaying' | 'compared'>, frame: number, width: number): Sides {
  const shot = shotAt(state.project!, frame);
  const found = afterKind(shot, frame);
  // While it plays a keyframe among frames of before would flash.
  const kind = found === 'planned' && state.isPlaying ? (shot.shown === null ? 'none' : 'earlier') : found;
  const words = { index: frame };
  if (state.compared) {
    // What a version's picture is depends on what is rendered of it.
    const of = `${shot.planned}.${shot.shown}`;
    const side = (id: string) => addressOf('versionFrame', { id, index: frame }, { width, of });
    return { before: side(state.compared.one), after: side(state.compared.other), kind: 'compared' };
  }
  return { before: addressOf('frame', words, { width }), after: afterAddress(kind), kind };

  function afterAddress(kind: AfterKind): string | undefined {
    if (kind === 'none') return undefined;
    if (kind === 'planned') return addressOf('keyframe', words, { width, of: shot.planned });
    return addressOf('frame', words, { width, of: shot.shown! });
  }
}
