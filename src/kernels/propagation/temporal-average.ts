import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { CheckedFlow } from '../../media/fields/flow-field.ts';
import type { warpField } from '../flow/warp.ts';

/** The previous or next frame: its colour, and the flow to it. Everything on one grid. */
export interface Neighbour {
  readonly field: ChromaField;
  /** Flow from the current frame to the neighbour. */
  readonly toward: CheckedFlow;
}

/** A neighbour has full weight up to this consistency error (cells), and none from `INCONSISTENT` on. */
export const CONSISTENT = 0.5;
export const INCONSISTENT = 1;

/**
 * Averages a frame's colour with its neighbours' along the motion, to suppress flicker between independently coloured frames.
 * Each neighbour has weight `share` (below 1/2) where the motion is consistent. Trust stays the frame's own.
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
