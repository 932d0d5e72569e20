import { WEIGHT_NETWORK } from './candidate-weight-network.ts';

/** Where a frame stands to the keyframe that its colour comes from. */
export interface KeyframeDistance {
  /** Frames between the two. */
  readonly steps: number;
  /** Frames from that keyframe to the next one this way; more steps lead beyond it. Infinity where there is none. */
  readonly interval: number;
}

/** The tolerance (levels) of the films that `WEIGHT_NETWORK` was fitted to; of others, error is measured in shares of their own. */
const FITTED_TOLERANCE = 13;
/** What even a distrusted colour counts, and one from beyond another keyframe: the mean of two guesses misses by less than either. */
const MIN_TRUST = { near: 1e-3, beyond: 1e-4 } as const;
/** The nearer end counts for more, but less than in proportion: each has its own noise, which a mean of both halves. */
export const NEARNESS_POWER = 0.7;
/** What is left of nearness at the other keyframe. */
export const MIN_NEARNESS = 1e-3;
/** What a colour from beyond another keyframe counts before anything is known of it. */
const BEYOND_SHARE = 0.1;

/** A table's nodes: the root of the error in levels, and doubt, by halves. */
export const NODES = { errors: 33, pathErrors: 17, perUnit: 2 } as const;

/** What a carried colour is judged by. */
export interface WeightTable {
  /** The error in levels at which trust falls to 1/e. */
  readonly tolerance: number;
  /** Weights, for each node of error those of doubt. */
  readonly table: Float32Array;
}

/**
 * How much a carried colour counts beside other keyframes' colours, by what speaks against it. A formula (trust by nearness, trust =
 * exp(-(error / tolerance)^2 - doubt)) times what a small network, fitted to films in colour, makes of error, doubt, trust, nearness and
 * distance: see models/training/candidate_weight.py.
 */
export function weightTable(keyframeDistance: KeyframeDistance, tolerance: number): WeightTable {
  const { errors, pathErrors, perUnit } = NODES;
  const table = new Float32Array(errors * pathErrors);
  const weight = weigher(keyframeDistance);
  for (let e = 0; e < errors; e++) {
    const error = ((e / perUnit) ** 2 * FITTED_TOLERANCE) / tolerance;
    for (let d = 0; d < pathErrors; d++) table[e * pathErrors + d] = weight(error, d / perUnit);
  }
  return { tolerance, table };
}

/** The weight by error, in levels of a film of the fitted tolerance, and doubt. */
function weigher({ steps, interval }: KeyframeDistance): (error: number, pathError: number) => number {
  const beyond = steps > interval ? 1 : 0;
  const nearness = beyond ? 0 : 1 - steps / interval;
  const distance = Math.log(Math.max(1, steps)) / 3;
  const share = beyond ? BEYOND_SHARE : Math.max(MIN_NEARNESS, nearness) ** NEARNESS_POWER;
  const least = beyond ? MIN_TRUST.beyond : MIN_TRUST.near;
  const predictLogWeight = logWeightNetwork(nearness, distance, beyond);
  return (error, pathError) => {
    const plain = Math.exp(-((error / FITTED_TOLERANCE) ** 2) - pathError);
    return share * (plain + least) * Math.exp(predictLogWeight(Math.log1p(error), pathError, Math.log(plain + MIN_TRUST.near)));
  };
}

/**
 * A linear layer beside one hidden layer of SiLU units, of six features of a cell: the logarithm of its error, doubt, the logarithm of its
 * plain trust, and what is the same all over a frame: nearness, distance, beyond. The last weight of each row is its offset.
 */
function logWeightNetwork(...frame: readonly [nearness: number, distance: number, beyond: number]) {
  const { hidden, out, direct } = WEIGHT_NETWORK;
  const fixed = (row: readonly number[]) => row[3]! * frame[0] + row[4]! * frame[1] + row[5]! * frame[2] + row[6]!;
  const offsets = hidden.map(fixed);
  const start = fixed(direct) + out[hidden.length]!;
  return (error: number, pathError: number, trust: number): number => {
    let sum = start + direct[0]! * error + direct[1]! * pathError + direct[2]! * trust;
    for (let i = 0; i < offsets.length; i++) {
      const row = hidden[i]!;
      const unit = offsets[i]! + row[0]! * error + row[1]! * pathError + row[2]! * trust;
      sum += (out[i]! * unit) / (1 + Math.exp(-unit));
    }
    return sum;
  };
}
