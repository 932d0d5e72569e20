import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { CheckedFlow } from '../../media/fields/flow-field.ts';
import type { warpField } from '../flow/warp.ts';

/** The frame before or after: its colour, and the motion there. Everything on one grid. */
export interface Neighbour {
  readonly field: ChromaField;
  /** At the frame in hand, leading to the neighbour. */
  readonly toward: CheckedFlow;
}

/** A round trip that misses by this many cells or less counts wholly, by `INCONSISTENT` or more not at all. */
export const CONSISTENT = 0.5;
export const INCONSISTENT = 1;

/**
 * A frame's colour averaged with its neighbours' along the motion, so that what two frames choose or miss differently does not flicker: each
 * neighbour counts `share` (below a half) where its motion is found back. Trust stays the frame's own.
 */
export function temporalAverage(
  steps: { readonly warpField: typeof warpField },
  field: ChromaField,
  neighbours: readonly Neighbour[],
  share: number,
): ChromaField {
  const out = chromaField(field.width, field.height);
  for (const part of ['cb', 'cr', 'trust'] as const) out[part].set(field[part]);
  for (const { field: other, toward } of neighbours) {
    const carried = steps.warpField(other, toward.flow);
    const consistencyError = toward.consistencyError.data;
    for (let i = 0; i < consistencyError.length; i++) {
      const counts = share * Math.min(1, Math.max(0, (INCONSISTENT - consistencyError[i]!) / (INCONSISTENT - CONSISTENT)));
      out.cb[i] = out.cb[i]! + counts * (carried.cb[i]! - field.cb[i]!);
      out.cr[i] = out.cr[i]! + counts * (carried.cr[i]! - field.cr[i]!);
    }
  }
  return out;
}
