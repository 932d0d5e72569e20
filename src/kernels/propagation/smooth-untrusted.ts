import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { PropagatedField } from '../../media/fields/propagated-field.ts';
import { type GuidedOptions, smoothField } from '../filters/guided-filter.ts';
import { mixFields } from './trust.ts';

export interface SmoothUntrustedOptions extends GuidedOptions {
  /** Weight of a cell of trust 0, relative to trust 1. */
  readonly untrustedWeight: number;
}

/**
 * Blends the candidates (at least one; see `mixFields`) and smooths the result along the luma of `guide`, the more the less it is
 * trusted. Trust is that of the blend. Cells of trust 1 keep their colour.
 */
export function smoothUntrusted(
  candidates: readonly PropagatedField[],
  guide: Plane<Uint8Array>,
  options: SmoothUntrustedOptions,
): ChromaField {
  const field = mixFields(candidates);
  const smooth = smoothField({ ...field, trust: field.trust.map(trust => trust + options.untrustedWeight) }, guide, options);
  const out = chromaField(field.width, field.height);
  out.trust.set(field.trust);
  for (const part of ['cb', 'cr'] as const) {
    for (let i = 0; i < out.trust.length; i++) {
      out[part][i] = field[part][i]! + (1 - field.trust[i]!) * (smooth[part][i]! - field[part][i]!);
    }
  }
  return out;
}
