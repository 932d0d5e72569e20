import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import { floatPlane, grayPlane, type IntegerSamples, type Plane } from '../../media/fields/plane.ts';

/**
 * Averages blocks of factor x factor samples and scales the result to 8-bit code values, rounded. Blocks at the right and bottom
 * edge average the samples they have. `depth`: bits per sample of `luma`, 8..16. The output is ceil(W / factor) x ceil(H /
 * factor).
 */
export function boxDecimate(luma: Plane<IntegerSamples>, factor: number, depth: number): Plane<Uint8Array> {
  const out = grayPlane(Math.ceil(luma.width / factor), Math.ceil(luma.height / factor));
  const unit = 2 ** (depth - 8);
  for (let y = 0; y < out.height; y++) {
    const top = y * factor;
    const bottom = Math.min(top + factor, luma.height);
    for (let x = 0; x < out.width; x++) {
      const left = x * factor;
      const right = Math.min(left + factor, luma.width);
      let sum = 0;
      for (let v = top; v < bottom; v++) {
        for (let u = left; u < right; u++) sum += luma.data[v * luma.width + u]!;
      }
      const divisor = (bottom - top) * (right - left) * unit;
      out.data[y * out.width + x] = Math.min(255, Math.floor((2 * sum + divisor) / (2 * divisor)));
    }
  }
  return out;
}

/**
 * Resampling along one axis: output i is the sum over k < reach of weights[i * reach + k] * input[first[i] + k]. Every window
 * lies inside the input.
 */
export interface AxisTaps {
  readonly reach: number;
  readonly first: Int32Array;
  readonly weights: Float32Array;
}

/** Taps that resample `from` samples to `to`: area average when shrinking, bilinear between pixel centres when growing. */
export function axisTaps(from: number, to: number): AxisTaps {
  return to < from ? areaTaps(from, to) : linearTaps(from, to);
}

function areaTaps(from: number, to: number): AxisTaps {
  const scale = from / to;
  const reach = Math.min(from, Math.ceil(scale) + 1);
  const first = new Int32Array(to);
  const weights = new Float32Array(to * reach);
  for (let i = 0; i < to; i++) {
    const start = i * scale;
    const end = start + scale;
    first[i] = Math.min(Math.floor(start), from - reach);
    for (let k = 0; k < reach; k++) {
      const sample = first[i]! + k;
      const overlap = Math.min(end, sample + 1) - Math.max(start, sample);
      weights[i * reach + k] = Math.max(0, overlap) / scale;
    }
  }
  return { reach, first, weights };
}

function linearTaps(from: number, to: number): AxisTaps {
  const reach = Math.min(from, 2);
  const first = new Int32Array(to);
  const weights = new Float32Array(to * reach);
  for (let i = 0; i < to; i++) {
    const position = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    first[i] = Math.min(Math.floor(position), from - reach);
    const fraction = position - first[i]!;
    if (reach === 1) weights[i] = 1;
    else weights.set([1 - fraction, fraction], i * reach);
  }
  return { reach, first, weights };
}

/**
 * Resizes a plane by any ratio: area average along an axis that shrinks, bilinear (pixel centres aligned, edges clamped) along
 * one that grows. Values keep their unit.
 */
export function resizeArea(plane: Plane<Float32Array> | Plane<Uint8Array>, width: number, height: number): Plane<Float32Array> {
  const out = floatPlane(width, height);
  const samples = plane.data instanceof Float32Array ? plane.data : new Float32Array(plane.data);
  resample(samples, plane.width, axisTaps(plane.height, height), axisTaps(plane.width, width), out.data);
  return out;
}

/** Of its own, so that the loops always meet the same types, whatever a plane is part of: V8 would compile them again and again. */
function resample(samples: Float32Array, fromWidth: number, down: AxisTaps, across: AxisTaps, out: Float32Array): void {
  const [width, height] = [across.first.length, down.first.length];
  const row = new Float32Array(fromWidth);
  for (let y = 0; y < height; y++) {
    row.fill(0);
    for (let k = 0; k < down.reach; k++) {
      const weight = down.weights[y * down.reach + k]!;
      if (weight === 0) continue;
      const source = (down.first[y]! + k) * fromWidth;
      for (let x = 0; x < fromWidth; x++) row[x] = row[x]! + weight * samples[source + x]!;
    }
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < across.reach; k++) sum += across.weights[x * across.reach + k]! * row[across.first[x]! + k]!;
      out[y * width + x] = sum;
    }
  }
}

/** Resizes cb, cr and trust of a field, each by `resizeArea`. */
export function resizeField(field: ChromaField, width: number, height: number): ChromaField {
  const out = chromaField(width, height);
  for (const name of ['cb', 'cr', 'trust'] as const) {
    out[name].set(resizeArea({ width: field.width, height: field.height, data: field[name] }, width, height).data);
  }
  return out;
}
