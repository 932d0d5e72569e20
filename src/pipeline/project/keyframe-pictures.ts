import type { Frame } from '../../media/film/frame.ts';
import { keyframeAt, type Plan, shotFingerprint, shotNumberAt } from '../../media/plan/plan.ts';
import { recentValue } from '../../pending.ts';
import { paintKeyframe } from '../film/paint-keyframe.ts';
import type { RenderContext } from '../run/render-context.ts';
import { hintTracks, visibleHints } from '../shot/shot-hints.ts';

/** Pictures that are kept, 8-bit RGB of the film's size: the stage's, and those of thumbnails beside it. */
const MAX_KEPT = 6;

/** Keyframes coloured as planned, each painted once whatever size it is shown at. */
export interface KeyframePictures {
  /**
   * 8-bit RGB, as coded, of a frame that is a keyframe of the plan, with all the hints that it is rendered with. Throws `usage`
   * for a frame that is no keyframe.
   */
  picture(plan: Plan, index: number, frame: () => Promise<Frame>): Promise<Uint8Array>;
}

export function openKeyframePictures(context: RenderContext): KeyframePictures {
  const kept = new Map<string, Promise<Uint8Array>>();
  const paint = async (plan: Plan, source: () => Promise<Frame>, index: number) => {
    const { shot, keyframe } = keyframeAt(plan, index);
    const number = shotNumberAt(plan, index);
    const frame = await source();
    const tracks = await hintTracks(plan, number, context, { on: frame });
    const hints = visibleHints(plan, number, tracks).get(index);
    return paintKeyframe(frame, { plan, shot, keyframe, hints }, context, 'graded');
  };
  return {
    picture(plan, index, frame) {
      const key = `${shotFingerprint(plan, shotNumberAt(plan, index), context.engine)} ${index}`;
      return recentValue(kept, key, { most: MAX_KEPT, make: () => paint(plan, frame, index) });
    },
  };
}
