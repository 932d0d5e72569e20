import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { Motion } from '../../media/fields/flow-field.ts';
import type { warpField } from '../flow/warp.ts';

/** The frame before or after: its colour, and the motion there. Everything on one grid. */
export interface Neighbour {
  readonly field: ChromaField;
  /** At the frame in hand, leading to the neighbour. */
  readonly toward: Motion;
}

/** A round trip that misses by this many cells or less counts wholly, by `LOST` or more not at all. */
export const AGREED = 0.5;
export const LOST = 1;

/**
 * A frame's colour averaged with its neighbours' along the motion, so that what two frames choose or miss differently does not flicker: each
 * neighbour counts `share` (below a half) where its motion is found back. Trust stays the frame's own.
 */
export function steadyField(
  steps: { readonly warpField: typeof warpField },
  field: ChromaField,
  neighbours: readonly Neighbour[],
  share: number,
): ChromaField {
  const out = chromaField(field.width, field.height);
  for (const part of ['cb', 'cr', 'trust'] as const) out[part].set(field[part]);
  for (const { field: other, toward } of neighbours) {
    const carried = steps.warpField(other, toward.flow);
    const loop = toward.loop.data;
    for (let i = 0; i < loop.length; i++) {
      const counts = share * Math.min(1, Math.max(0, (LOST - loop[i]!) / (LOST - AGREED)));
      out.cb[i] = out.cb[i]! + counts * (carried.cb[i]! - field.cb[i]!);
      out.cr[i] = out.cr[i]! + counts * (carried.cr[i]! - field.cr[i]!);
    }
  }
  return out;
}
