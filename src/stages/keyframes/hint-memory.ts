import type { SeenPicture } from '../../kernels/hints/find-thing.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { HintTrack } from './follow-hints.ts';
import type { MotionFrame } from './shot-motion.ts';

/** Cached results of hint tracking: tracks by their inputs, and the last shot examined; and what was seen of frames of the film. */
export interface HintMemory {
  readonly tracks: Map<string, { readonly found: Promise<readonly HintTrack[]>; readonly isKnown: boolean }>;
  looked: LookedThrough | undefined;
  readonly seen: Map<number, Promise<SeenPicture | undefined>>;
}

export interface LookedThrough {
  /** The frames that were looked through. */
  readonly start: number;
  readonly end: number;
  readonly frames: readonly MotionFrame[];
  /** Ticks of each frame. */
  readonly times: Map<number, number>;
  /** Features of frames, for as many as were asked for. */
  readonly seen: Map<number, Promise<FeatureMap | undefined>>;
}

export function newHintMemory(): HintMemory {
  return { tracks: new Map(), looked: undefined, seen: new Map() };
}
