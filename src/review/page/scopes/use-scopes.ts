import { useEffect, useState } from 'preact/hooks';
import { type HueScope, hueScope } from '../../../kernels/measures/hue-scope.ts';
import type { ShotView } from '../../contract.ts';
import { addressOf } from '../../routes.ts';
import { stageWidth } from '../stage/stage-size.ts';
import { fetchPicture } from '../state/api.ts';
import { pictureOf, useArrivals } from '../state/pictures.ts';
import { sidesOf } from '../state/shown.ts';
import type { State } from '../state/store.ts';

/** Frames of a shot that are looked at, and pixels across of each, of the frame on the stage, too. */
const SAMPLES = 8;
const WIDTH = 160;

export interface FrameScope {
  readonly frame: number;
  readonly scope: HueScope;
}

/** The scope of the frame on the stage, in colour; undefined while it is not there, or where there is none. */
export function useFrameScope(review: State): FrameScope | undefined {
  const [found, setFound] = useState<FrameScope & { readonly path: string }>();
  const arrived = useArrivals();
  const path = sidesOf(review, review.frame, stageWidth()).after;
  useEffect(() => {
    const { picture } = pictureOf(path);
    if (path !== undefined && picture && found?.path !== path) setFound({ frame: review.frame, scope: scopeOf(picture), path });
  }, [path, arrived]);
  return found?.path === path ? found : undefined;
}

/** The frames of a shot that are looked at: evenly over what is rendered, or the keyframes as planned. */
export function sampledFrames({
  start,
  end,
  shown,
  keyframes,
}: Pick<ShotView, 'start' | 'end' | 'shown' | 'keyframes'>): number[] {
  const all = shown === null ? keyframes.map(({ index }) => index) : Array.from({ length: end - start }, (_, at) => start + at);
  const count = Math.min(SAMPLES, all.length);
  return Array.from({ length: count }, (_, sample) => all[Math.floor(((sample + 0.5) * all.length) / count)]!);
}

/** The scopes of a few frames of a shot, one after the other as they come; measured anew when the shot is rendered. */
export function useShotScopes(shot: ShotView, isWanted: boolean): readonly FrameScope[] {
  const [found, setFound] = useState<readonly FrameScope[]>([]);
  const state = shot.shown ?? shot.planned;
  useEffect(() => {
    setFound([]);
    if (!isWanted) return;
    const controller = new AbortController();
    const measure = async () => {
      for (const frame of sampledFrames(shot)) {
        const words = { index: frame };
        const query = { width: WIDTH, of: state };
        const path = addressOf(shot.shown === null ? 'keyframe' : 'frame', words, query);
        const picture = await fetchPicture(path, controller.signal);
        if (controller.signal.aborted) return;
        if (picture) setFound(before => [...before, { frame, scope: scopeOf(picture) }]);
      }
    };
    measure().catch(() => undefined); // what does not come is left out
    return () => controller.abort();
  }, [shot.number, state, isWanted]);
  return found;
}

function scopeOf(picture: ImageBitmap): HueScope {
  const [width, height] = [Math.min(WIDTH, picture.width), Math.max(1, Math.round((WIDTH * picture.height) / picture.width))];
  const pen = new OffscreenCanvas(width, height).getContext('2d')!;
  pen.drawImage(picture, 0, 0, width, height);
  return hueScope(pen.getImageData(0, 0, width, height).data);
}
