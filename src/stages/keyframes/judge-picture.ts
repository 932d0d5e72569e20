import { resizeArea } from '../../kernels/filters/resample.ts';
import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';

/** A picture at a glance: R, G, B, opacity of each cell, 0..255. */
export interface Glance {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** What a picture that is meant to be a frame in colour turns out to be. */
export type Judgement = 'fits' | 'gray' | 'another picture';

/** Opacity from which on a cell counts as painted. */
const PAINTED = 128;
/** Painted cells below this say nothing about the whole. */
const LEAST_CELLS = 0.2;
/** Mean distance of R, G, B from each other up to which a picture has no colour, in code values. */
const GRAY = 2;
/** Deviation of luma below which a picture is a flat colour, which may be meant, in code values. */
const FLAT = 4;
/** Correlation of luma with the frame's below which it shows something else. A frame that was painted, denoised or regraded stays above 0.8. */
const ALIKE = 0.5;

/** Does a picture look like the frame it is put on, in colour? */
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
  if (own.length < LEAST_CELLS * width * height) return 'fits';
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
