/**
 * A shot: frames start <= index < end (half-open), in presentation order from 0, told apart by what joins its ends.
 * `steady`: one camera take. `dissolve`, `fade`: the frames in which one take turns into another or into a flat picture; their
 * colour is mixed between their two ends, not carried by motion.
 */
export type ShotKind = 'steady' | 'dissolve' | 'fade';

/** Frames that belong together. */
export interface Shot {
  /** Index of the first frame. */
  readonly start: number;
  /** Index after the last frame. */
  readonly end: number;
  /** What joins its ends. */
  readonly kind: ShotKind;
}
