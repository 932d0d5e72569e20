import { type ChromaField, chromaField } from '../media/chroma-field.ts';
import type { Plane } from '../media/plane.ts';
import { type GuidedOptions, smoothField } from './guided-filter.ts';
import { mixFields } from './trust.ts';

/** What the two ends of a span say of one frame; an absent one leaves all to the other. */
export interface Ends {
  readonly left: ChromaField | undefined;
  readonly right: ChromaField | undefined;
}

export interface CalmOptions extends GuidedOptions {
  /** 1 at the left keyframe, 0 at the right one. */
  readonly nearness: number;
  /** What a cell without trust counts beside a trusted one. */
  readonly floor: number;
}

/**
 * The ends mixed (see `mixFields`), and the mix smoothed along the luma of `guide`, the more so the less it is trusted. Trust is the
 * mix's own; where it is 1 so is the colour. Undefined where there is no end.
 */
export function calmEnds({ left, right }: Ends, guide: Plane<Uint8Array>, options: CalmOptions): ChromaField | undefined {
  const field = left && right ? mixFields(left, right, options.nearness) : (left ?? right);
  if (!field) return undefined;
  const smooth = smoothField({ ...field, trust: field.trust.map(trust => trust + options.floor) }, guide, options);
  const out = chromaField(field.width, field.height);
  out.trust.set(field.trust);
  for (const part of ['cb', 'cr'] as const) {
    for (let i = 0; i < out.trust.length; i++) {
      out[part][i] = field[part][i]! + (1 - field.trust[i]!) * (smooth[part][i]! - field[part][i]!);
    }
  }
  return out;
}
