import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import { type PropagatedField, packField, unpackField, weightsOf } from '../../media/fields/propagated-field.ts';
import { NODES, type WeightTable } from './candidate-weight.ts';

/** What speaks against a colour that was carried here. Both on the field's grid. */
export interface FlowErrors {
  /** How far luma misses, in levels. */
  readonly error: Plane<Float32Array>;
  /** What the path adds up to, >= 0, no unit. */
  readonly pathError: Plane<Float32Array>;
}

/** Colour known less than this is as good as unknown. */
export const MIN_KNOWN = 1e-3;

/**
 * The field with its trust multiplied by exp(-(error / tolerance)^2 - doubt), and each cell's weight by `table` (see `weightTable`), linear
 * between its nodes. What the field itself lacks in trust (it may have come from outside the picture) counts as doubt there.
 */
export function weighCandidate(
  field: ChromaField,
  { error, pathError }: FlowErrors,
  { tolerance, table }: WeightTable,
): PropagatedField {
  const trust = field.trust.map((known, i) => known * Math.exp(-((error.data[i]! / tolerance) ** 2) - pathError.data[i]!));
  return packField({ ...field, trust }, i => {
    const known = field.trust[i]!;
    const whole = known < 1 ? pathError.data[i]! - Math.log(Math.max(known, MIN_KNOWN)) : pathError.data[i]!;
    return weightAt(table, error.data[i]!, whole);
  });
}

/** A difference of luma may come out a trifle below nothing. */
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

/** The mean of what several keyframes say of one frame, each by its weight. Its trust is the largest of theirs. */
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
