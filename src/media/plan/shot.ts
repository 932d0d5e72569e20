/**
 * A shot: frames start <= index < end (half-open), in presentation order from 0, told apart by what joins its ends.
 * `steady`: one camera take. `dissolve`, `fade`: the frames in which one take turns into another or into a flat picture; their
 * colour is mixed between their two ends, not carried by motion.
 */
export type ShotKind = 'steady' | 'dissolve' | 'fade';

export interface Shot {
  readonly start: number;
  readonly end: number;
  readonly kind: ShotKind;
}
