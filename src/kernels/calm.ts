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
 * Mix what the two ends say of one frame. `nearness` is 1 at the left keyframe, 0 at the right one. An absent end leaves all to the other;
 * without any there is nothing.
 */
export function blendEnds(
  kernels: { readonly mixFields: typeof mixFields },
  { left, right }: Ends,
  nearness: number,
): ChromaField | undefined {
  return left && right ? kernels.mixFields(left, right, nearness) : (left ?? right);
}

/**
 * The ends mixed (see `blendEnds`), and the mix smoothed along the luma of `guide`, the more so the less it is trusted. Trust is the
 * mix's own; where it is 1 so is the colour. Undefined where there is no end.
 */
export function calmEnds(ends: Ends, guide: Plane<Uint8Array>, options: CalmOptions): ChromaField | undefined {
  const field = blendEnds({ mixFields }, ends, options.nearness);
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
