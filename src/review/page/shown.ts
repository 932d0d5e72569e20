import { keyframeAt, type State, shotAt } from './store.ts';

/** Frames fetched ahead of the one shown. */
export const AHEAD = 12;

/** The addresses of both sides of a frame. A keyframe at rest shows the plan's colour of now, everything else what was rendered last. */
export function sidesOf(state: State, frame: number, width: number): { readonly before: string; readonly after: string } {
  const project = state.project!;
  const renders = state.renders[shotAt(project, frame).number] ?? 0;
  return {
    before: `/api/frames/${frame}?side=before&width=${width}`,
    after: isRecolored(state, frame)
      ? `/api/keyframes/${frame}?width=${width}&revision=${project.revision}`
      : `/api/frames/${frame}?side=after&width=${width}&render=${renders}`,
  };
}

export function isRecolored(state: State, frame: number): boolean {
  return state.playing === 'no' && keyframeAt(state.project!, frame) !== undefined;
}
