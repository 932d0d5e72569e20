import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';
import type { Matrix } from '../../media/film/frame.ts';
import { type GuidedOptions, guidedUpsample } from '../filters/guided-filter.ts';
import { quantiseChroma, type ShownCodes } from './color.ts';

export interface ChromaCodesOptions extends GuidedOptions, ShownCodes {
  readonly matrix: Matrix;
}

/**
 * `guidedUpsample` and `quantiseChroma` in one step: from the field's grid to code values at the size of `high`. Avoids the
 * full-size float planes in between (4 MB a frame at 1080p). `high`: 8-bit code values of the film's own range.
 */
export function chromaCodes(
  field: ChromaField,
  low: Plane<Uint8Array>,
  high: Plane<Uint8Array>,
  options: ChromaCodesOptions,
): { cb: Plane<IntegerSamples>; cr: Plane<IntegerSamples> } {
  return quantiseChroma(guidedUpsample(field, low, high, options), high, options);
}
