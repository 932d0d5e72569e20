import { type ChromaField, chromaField } from '../media/chroma-field.ts';
import { floatPlane, type Plane } from '../media/plane.ts';

/** What even a distrusted end counts: two of them mix by distance, and the mean of two guesses misses by less than either. */
const LEAST_TRUST = 1e-3;

/** What speaks against a colour that was carried here. Both on the field's grid. */
export interface Misgivings {
  /** How far luma misses, in levels. */
  readonly error: Plane<Float32Array>;
  /** What the path adds up to, >= 0, no unit. */
  readonly doubt: Plane<Float32Array>;
}

/**
 * The field with its trust multiplied by exp(-(error / tolerance)^2 - doubt); cb and cr are the very same arrays.
 * `tolerance`: the error in levels at which trust falls to 1/e.
 */
export function weighTrust(field: ChromaField, misgivings: Misgivings, tolerance: number): ChromaField {
  const { data: trust } = floatPlane(field.width, field.height);
  for (let i = 0; i < trust.length; i++) {
    const miss = misgivings.error.data[i]! / tolerance;
    trust[i] = field.trust[i]! * Math.exp(-miss * miss - misgivings.doubt.data[i]!);
  }
  return { ...field, trust };
}

/**
 * Mix what two ends say of one frame, each by its trust and by its nearness: 1 at `left`, 0 at `right`. The trust of the mix is the
 * larger one.
 */
export function mixFields(left: ChromaField, right: ChromaField, nearness: number): ChromaField {
  const out = chromaField(left.width, left.height);
  for (let i = 0; i < out.trust.length; i++) {
    const l = nearness * (left.trust[i]! + LEAST_TRUST);
    const r = (1 - nearness) * (right.trust[i]! + LEAST_TRUST);
    const share = l / (l + r);
    out.cb[i] = share * left.cb[i]! + (1 - share) * right.cb[i]!;
    out.cr[i] = share * left.cr[i]! + (1 - share) * right.cr[i]!;
    out.trust[i] = Math.max(left.trust[i]!, right.trust[i]!);
  }
  return out;
}
