import { type ChromaField, chromaField } from './chroma-field.ts';
import { sharedMemory } from './shared-memory.ts';

/**
 * Colour propagated to a frame from one keyframe, in eight bytes per cell, since a span holds many of them. `color`: Cb in the
 * low half, Cr in the high half, signed, in units of 1 / CHROMA_UNITS. `weightAndTrust`: weight relative to other keyframes'
 * colour (> 0, no unit) in the high half, trust (0..1) in the low half, each the upper half of a 32-bit float.
 */
export interface PropagatedField {
  readonly width: number;
  readonly height: number;
  readonly color: Uint32Array;
  readonly weightAndTrust: Uint32Array;
}

/** Units per 1.0 of chroma: a hundredth of an 8-bit code value, with room beyond any gamut. */
export const CHROMA_UNITS = 32767;

export function propagatedField(width: number, height: number): PropagatedField {
  const array = () => new Uint32Array(sharedMemory(width * height * 4));
  return { width, height, color: array(), weightAndTrust: array() };
}

/** Packs a field with a weight per cell. */
export function packField(field: ChromaField, weightAt: (cell: number) => number): PropagatedField {
  const out = propagatedField(field.width, field.height);
  for (let i = 0; i < out.color.length; i++) {
    out.color[i] = (chromaUnits(field.cr[i]!) << 16) | (chromaUnits(field.cb[i]!) & 0xffff);
    out.weightAndTrust[i] = (upperHalf(weightAt(i)) << 16) | upperHalf(field.trust[i]!);
  }
  return out;
}

/** Colour and trust. */
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

/** Weight of each cell. */
export function weightsOf({ weightAndTrust }: PropagatedField): Float32Array {
  return new Float32Array(weightAndTrust.map(both => both & 0xffff0000).buffer);
}

function chromaUnits(chroma: number): number {
  return Math.min(CHROMA_UNITS, Math.max(-CHROMA_UNITS, Math.round(chroma * CHROMA_UNITS)));
}

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** `value` as a bfloat16: the upper half of its 32-bit float, rounded to nearest. */
function upperHalf(value: number): number {
  single[0] = value;
  return (bits[0]! + 0x7fff + ((bits[0]! >>> 16) & 1)) >>> 16;
}
