/**
 * Kind of a shot. `steady`: one camera take, whose colour is propagated along the motion. `dissolve`, `fade`: a transition to
 * another take or to a flat picture, whose colour is blended between its two ends.
 */
export type ShotKind = 'steady' | 'dissolve' | 'fade';

/** Consecutive frames start <= index < end, in presentation order from 0. */
export interface Shot {
  /** Index of the first frame. */
  readonly start: number;
  /** Index after the last frame. */
  readonly end: number;
  /** How colour gets from one end to the other. */
  readonly kind: ShotKind;
}
