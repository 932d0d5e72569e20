import { WEIGHT_NETWORK } from './candidate-weight-network.ts';

/** Temporal distance of a frame from the keyframe its colour comes from. */
export interface KeyframeDistance {
  /** Frames from the keyframe. */
  readonly steps: number;
  /**
   * Frames from the keyframe to the next keyframe in this direction; Infinity if there is none. `steps` above this lead beyond
   * it.
   */
  readonly interval: number;
}

/** Tolerance (levels) of the films that `WEIGHT_NETWORK` was fitted to. For other films the error is scaled to it. */
const FITTED_TOLERANCE = 13;
/**
 * Minimum trust in the weight of a candidate, near its keyframe and beyond another one. The mean of two bad guesses is better
 * than either.
 */
const MIN_TRUST = { near: 1e-3, beyond: 1e-4 } as const;
/** The nearer keyframe has the larger weight, but less than proportionally: averaging both reduces their independent noise. */
export const NEARNESS_POWER = 0.7;
/** Nearness at the other keyframe. */
export const MIN_NEARNESS = 1e-3;
/** Initial weight of a candidate from beyond another keyframe. */
const BEYOND_SHARE = 0.1;

/** Nodes of a weight table along the square root of the error (levels) and along the path error, and nodes per unit of each. */
export const NODES = { errors: 33, pathErrors: 17, perUnit: 2 } as const;

/** Table of candidate weights. */
export interface WeightTable {
  /** Photometric error, in levels, at which trust falls to 1/e. */
  readonly tolerance: number;
  /** Weights; for each error node, those of all path error nodes. */
  readonly table: Float32Array;
}

/**
 * Weight of a propagated candidate relative to other keyframes' candidates, by its errors. A base formula (nearness times trust =
 * exp(-(error / tolerance)^2 - pathError)) is multiplied by the output of a small network fitted to colour films, whose inputs
 * are error, path error, trust, nearness and distance: see models/training/candidate_weight.py.
 */
export function weightTable(keyframeDistance: KeyframeDistance, tolerance: number): WeightTable {
  const { errors, pathErrors, perUnit } = NODES;
  const table = new Float32Array(errors * pathErrors);
  const weight = weightFunction(keyframeDistance);
  for (let e = 0; e < errors; e++) {
    const error = ((e / perUnit) ** 2 * FITTED_TOLERANCE) / tolerance;
    for (let d = 0; d < pathErrors; d++) table[e * pathErrors + d] = weight(error, d / perUnit);
  }
  return { tolerance, table };
}

/** Weight as a function of the photometric error, in levels at the fitted tolerance, and the path error. */
function weightFunction({ steps, interval }: KeyframeDistance): (error: number, pathError: number) => number {
  const beyond = steps > interval ? 1 : 0;
  const nearness = beyond ? 0 : 1 - steps / interval;
  const distance = Math.log(Math.max(1, steps)) / 3;
  const share = beyond ? BEYOND_SHARE : Math.max(MIN_NEARNESS, nearness) ** NEARNESS_POWER;
  const minTrust = beyond ? MIN_TRUST.beyond : MIN_TRUST.near;
  const predictLogWeight = logWeightNetwork(nearness, distance, beyond);
  return (error, pathError) => {
    const baseTrust = Math.exp(-((error / FITTED_TOLERANCE) ** 2) - pathError);
    return (
      share *
      (baseTrust + minTrust) *
      Math.exp(predictLogWeight(Math.log1p(error), pathError, Math.log(baseTrust + MIN_TRUST.near)))
    );
  };
}

/**
 * Log weight from a linear layer plus one hidden layer of SiLU units. Six features: log error, path error and log base trust of
 * the cell; nearness, distance and beyond of the frame. The last weight of each row is the bias.
 */
function logWeightNetwork(...frame: readonly [nearness: number, distance: number, beyond: number]) {
  const { hidden, out, direct } = WEIGHT_NETWORK;
  const frameTerm = (row: readonly number[]) => row[3]! * frame[0] + row[4]! * frame[1] + row[5]! * frame[2] + row[6]!;
  const offsets = hidden.map(frameTerm);
  const start = frameTerm(direct) + out[hidden.length]!;
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
