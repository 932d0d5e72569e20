import { resizeArea } from '../../kernels/filters/resample.ts';
import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';

/** A reduced picture: R, G, B and opacity per cell, 0..255. */
export interface Glance {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Verdict on a picture supplied for a frame. */
export type Judgement = 'fits' | 'gray' | 'another picture';

/** Opacity from which a cell counts as painted. */
const PAINTED = 128;
/** Minimum painted share for a verdict on the whole. */
const MIN_PAINTED = 0.2;
/** Mean distance between R, G and B below which a picture is gray, in code values. */
const GRAY = 2;
/** Deviation of luma below which a picture is a flat colour, which may be intended, in code values. */
const FLAT = 4;
/**
 * Luma correlation with the frame below which the picture shows something else. Painted, denoised or regraded frames stay above
 * 0.8.
 */
const ALIKE = 0.5;

/** Whether a picture shows the frame it was supplied for, in colour. */
export function judgePicture({ width, height, rgba }: Glance, luma: Plane<IntegerSamples>): Judgement {
  const frame = resizeArea({ ...luma, data: Float32Array.from(luma.data) }, width, height).data;
  const [own, film]: [number[], number[]] = [[], []];
  let spread = 0;
  for (let i = 0; i < width * height; i++) {
    const [r, g, b, opacity] = [rgba[4 * i]!, rgba[4 * i + 1]!, rgba[4 * i + 2]!, rgba[4 * i + 3]!];
    if (opacity < PAINTED) continue;
    own.push(0.2126 * r + 0.7152 * g + 0.0722 * b);
    film.push(frame[i]!);
    spread += Math.max(r, g, b) - Math.min(r, g, b);
  }
  if (own.length < MIN_PAINTED * width * height) return 'fits';
  if (spread / own.length < GRAY) return 'gray';
  const [a, b] = [centred(own), centred(film)];
  const [one, other] = [deviation(a), deviation(b)];
  if (one < FLAT || other === 0) return 'fits';
  const correlation = a.reduce((sum, value, i) => sum + value * b[i]!, 0) / (a.length * one * other);
  return correlation < ALIKE ? 'another picture' : 'fits';
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map(value => value - mean);
}

const deviation = (values: readonly number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
