import type { Plane } from '../media/plane.ts';

/**
 * What the search for shots keeps of a frame. `fine`: luma of half the survey size, code values 0..255, row-major.
 * `sums`, `squares`: its integral images, (width + 1) * (height + 1): entry (x, y) sums all samples above and left of (x, y).
 * `coarse`: luma of an eighth of the fine samples, less its mean: what is left of a picture when small motion no longer matters.
 */
export interface FrameSketch {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly fine: Float32Array;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  readonly coarse: Float32Array;
  /** Mean and standard deviation of the fine luma. */
  readonly level: number;
  readonly contrast: number;
}

/** Survey samples along one side of a fine sample, and fine samples along one side of a coarse one. */
const FINE_STEP = 2;
const COARSE_STEP = 2;

/** Samples of a survey frame: enough to tell pictures apart, few enough for a tenth of a millisecond. */
const SURVEY_SAMPLES = 96 * 64;
const SURVEY_MULTIPLE = 16;

/**
 * The size to which films are area-averaged before shots are searched for: about 6000 samples at the film's own aspect, both sides
 * multiples of 16. A film's size in samples in, a survey's out.
 */
export function surveySize(width: number, height: number): { width: number; height: number } {
  const scale = Math.sqrt(SURVEY_SAMPLES / (width * height));
  const side = (length: number) => SURVEY_MULTIPLE * Math.min(32, Math.max(1, Math.round((length * scale) / SURVEY_MULTIPLE)));
  return { width: side(width), height: side(height) };
}

/** Take down what is needed of a survey frame; its own samples are not held. */
export function sketchFrame(index: number, gray: Plane<Uint8Array>): FrameSketch {
  const width = Math.max(1, Math.floor(gray.width / FINE_STEP));
  const height = Math.max(1, Math.floor(gray.height / FINE_STEP));
  const fine = averaged({ width, height, data: new Float32Array(width * height) }, gray, FINE_STEP);
  const { sums, squares } = integrals(fine, width, height);
  const samples = width * height;
  const level = sums[sums.length - 1]! / samples;
  const contrast = Math.sqrt(Math.max(0, squares[squares.length - 1]! / samples - level * level));
  const coarseSize = {
    width: Math.max(1, Math.floor(width / COARSE_STEP)),
    height: Math.max(1, Math.floor(height / COARSE_STEP)),
  };
  const small = new Float32Array(coarseSize.width * coarseSize.height);
  const coarse = averaged({ ...coarseSize, data: small }, { width, height, data: fine }, COARSE_STEP);
  return { index, width, height, fine, sums, squares, coarse: centred(coarse), level, contrast };
}

function averaged(to: Plane<Float32Array>, from: Plane<Uint8Array | Float32Array>, step: number): Float32Array {
  const across = Math.min(step, from.width);
  const down = Math.min(step, from.height);
  for (let y = 0, at = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++, at++) {
      let sum = 0;
      for (let row = 0; row < down; row++) {
        const start = (y * step + row) * from.width + x * step;
        for (let column = 0; column < across; column++) sum += from.data[start + column]!;
      }
      to.data[at] = sum / (across * down);
    }
  }
  return to.data;
}

function integrals(fine: Float32Array, width: number, height: number): { sums: Float64Array; squares: Float64Array } {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  const squares = new Float64Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let sum = 0;
    let square = 0;
    for (let x = 0; x < width; x++) {
      const value = fine[y * width + x]!;
      sum += value;
      square += value * value;
      const at = (y + 1) * stride + x + 1;
      sums[at] = sums[at - stride]! + sum;
      squares[at] = squares[at - stride]! + square;
    }
  }
  return { sums, squares };
}

function centred(data: Float32Array): Float32Array {
  let sum = 0;
  for (const value of data) sum += value;
  const mean = sum / data.length;
  for (let i = 0; i < data.length; i++) data[i] = data[i]! - mean;
  return data;
}
