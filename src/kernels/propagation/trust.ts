import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { type PropagatedField, packField, unpackField, weightsOf } from '../../media/fields/propagated-field.ts';
import { NODES, type WeightTable } from './candidate-weight.ts';

/** Errors of the flow that a colour was propagated along. Both on the field's grid. */
export interface FlowErrors {
  /** Photometric error in levels. */
  readonly error: Plane<Float32Array>;
  /** Accumulated path error, >= 0, no unit. */
  readonly pathError: Plane<Float32Array>;
}

/** Lower bound of a field's trust in its path error. */
export const MIN_KNOWN = 1e-3;

/**
 * Multiplies the field's trust by exp(-(error / tolerance)^2 - pathError) and looks up each cell's weight in `table` (see
 * `weightTable`), interpolating linearly. Trust missing in the field itself (e.g. from outside the picture) adds to the path
 * error.
 */
export function weighCandidate(
  field: ChromaField,
  { error, pathError }: FlowErrors,
  { tolerance, table }: WeightTable,
): PropagatedField {
  const trust = field.trust.map((known, i) => known * Math.exp(-((error.data[i]! / tolerance) ** 2) - pathError.data[i]!));
  return packField({ ...field, trust }, i => {
    const known = field.trust[i]!;
    const total = known < 1 ? pathError.data[i]! - Math.log(Math.max(known, MIN_KNOWN)) : pathError.data[i]!;
    return weightAt(table, error.data[i]!, total);
  });
}

/** The error is clamped at 0, since rounding can make it slightly negative. */
function weightAt(table: Float32Array, error: number, pathError: number): number {
  const { errors, pathErrors, perUnit } = NODES;
  const u = Math.min(Math.sqrt(Math.max(0, error)) * perUnit, errors - 1);
  const v = Math.min(pathError * perUnit, pathErrors - 1);
  const [e, d] = [Math.min(Math.floor(u), errors - 2), Math.min(Math.floor(v), pathErrors - 2)];
  const across = (row: number) => {
    const [near, far] = [table[row * pathErrors + d]!, table[row * pathErrors + d + 1]!];
    return near + (v - d) * (far - near);
  };
  return across(e) + (u - e) * (across(e + 1) - across(e));
}

/** Weighted mean of the candidates of one frame. Trust is the largest of theirs. */
export function mixFields(candidates: readonly PropagatedField[]): ChromaField {
  const { width, height } = candidates[0]!;
  const out = chromaField(width, height);
  const sum = new Float32Array(out.trust.length);
  for (const candidate of candidates) {
    const field = unpackField(candidate);
    const weight = weightsOf(candidate);
    for (let i = 0; i < sum.length; i++) {
      out.cb[i] = out.cb[i]! + weight[i]! * field.cb[i]!;
      out.cr[i] = out.cr[i]! + weight[i]! * field.cr[i]!;
      out.trust[i] = Math.max(out.trust[i]!, field.trust[i]!);
      sum[i] = sum[i]! + weight[i]!;
    }
  }
  for (let i = 0; i < sum.length; i++) {
    out.cb[i] = out.cb[i]! / sum[i]!;
    out.cr[i] = out.cr[i]! / sum[i]!;
  }
  return out;
}
