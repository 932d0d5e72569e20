import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { PropagatedField } from '../../media/fields/propagated-field.ts';
import { type GuidedOptions, smoothField } from '../filters/guided-filter.ts';
import { mixFields } from './trust.ts';

export interface SmoothUntrustedOptions extends GuidedOptions {
  /** What a cell without trust counts beside a trusted one. */
  readonly floor: number;
}

/**
 * What keyframes (at least one) say of a frame, mixed (see `mixFields`), and the mix smoothed along the luma of `guide`, the more so the less
 * it is trusted. Trust is the mix's own; where it is 1 so is the colour.
 */
export function smoothUntrusted(
  candidates: readonly PropagatedField[],
  guide: Plane<Uint8Array>,
  options: SmoothUntrustedOptions,
): ChromaField {
  const field = mixFields(candidates);
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
