import { type ChromaField, chromaField } from './chroma-field.ts';
import { sharedMemory } from './shared-memory.ts';

/**
 * Colour that was carried to a frame from one keyframe, eight bytes a cell: a span holds many of these at once.
 * `color`: Cb in the low half, Cr in the high one, each a signed whole number of units of 1 / CHROMA_UNITS.
 * `weightAndTrust`: what the colour counts beside that of other keyframes in the high half (weight > 0, no unit), trust (0..1) in the low one,
 * each the upper half of a 32-bit float.
 */
export interface PropagatedField {
  readonly width: number;
  readonly height: number;
  readonly color: Uint32Array;
  readonly weightAndTrust: Uint32Array;
}

/** Units of chroma in 1: a hundredth of an 8-bit code value, with room for chroma beyond any gamut. */
export const CHROMA_UNITS = 32767;

export function propagatedField(width: number, height: number): PropagatedField {
  const array = () => new Uint32Array(sharedMemory(width * height * 4));
  return { width, height, color: array(), weightAndTrust: array() };
}

/** A field with what each of its cells counts. */
export function packField(field: ChromaField, weightAt: (cell: number) => number): PropagatedField {
  const out = propagatedField(field.width, field.height);
  for (let i = 0; i < out.color.length; i++) {
    out.color[i] = (chromaUnits(field.cr[i]!) << 16) | (chromaUnits(field.cb[i]!) & 0xffff);
    out.weightAndTrust[i] = (upperHalf(weightAt(i)) << 16) | upperHalf(field.trust[i]!);
  }
  return out;
}

/** The colour and its trust. */
export function unpackField({ width, height, color, weightAndTrust }: PropagatedField): ChromaField {
  const out = chromaField(width, height);
  const trust = new Uint32Array(out.trust.buffer, out.trust.byteOffset, out.trust.length);
  for (let i = 0; i < color.length; i++) {
    out.cb[i] = ((color[i]! << 16) >> 16) / CHROMA_UNITS;
    out.cr[i] = (color[i]! >> 16) / CHROMA_UNITS;
    trust[i] = weightAndTrust[i]! << 16;
  }
  return out;
}

/** What each cell counts. */
export function weightsOf({ weightAndTrust }: PropagatedField): Float32Array {
  return new Float32Array(weightAndTrust.map(both => both & 0xffff0000).buffer);
}

function chromaUnits(chroma: number): number {
  return Math.min(CHROMA_UNITS, Math.max(-CHROMA_UNITS, Math.round(chroma * CHROMA_UNITS)));
}

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** The upper half of the 32-bit float nearest to `value`, rounded: a bfloat16. */
function upperHalf(value: number): number {
  single[0] = value;
  return (bits[0]! + 0x7fff + ((bits[0]! >>> 16) & 1)) >>> 16;
}
