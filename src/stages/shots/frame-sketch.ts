import type { Plane } from '../../media/fields/plane.ts';

/**
 * The data that shot detection keeps per frame.
 * `fine`: luma at half the survey size, code values 0..255, row-major. `means`, `scales`: of the block of BLOCK x BLOCK fine
 * samples with top-left (x, y), at y * width + x: mean, and reciprocal of contrast, grain included. `coarse`: luma at an eighth
 * of the fine size, minus its mean: insensitive to small motion.
 */
export interface FrameSketch {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly fine: Float32Array;
  readonly means: Float64Array;
  readonly scales: Float64Array;
  readonly coarse: Float32Array;
  /** Mean and standard deviation of the fine luma. */
  readonly level: number;
  readonly contrast: number;
  /** Mean variance within blocks without grain, in squared code values: what a cross-fade of two pictures always loses. */
  readonly detail: number;
}

/** Block side in fine samples: large enough that unrelated blocks rarely match, small enough to follow single objects. */
export const BLOCK = 8;
/** Variance in squared code values below which structure cannot be distinguished from grain and rounding. */
export const NOISE_VARIANCE = 1;
/** Survey samples per fine sample, and fine samples per coarse sample, along each side. */
const FINE_STEP = 2;
const COARSE_STEP = 2;

/** Samples per survey frame: enough to distinguish pictures, at a tenth of a millisecond per frame. */
const SURVEY_SAMPLES = 96 * 64;
const SURVEY_MULTIPLE = 16;

/**
 * Size to which films are area-averaged for shot detection: about 6000 samples at the film's own aspect, both sides multiples of
 * 16. Takes the film's size in samples.
 */
export function surveySize(width: number, height: number): { width: number; height: number } {
  const scale = Math.sqrt(SURVEY_SAMPLES / (width * height));
  const side = (length: number) => SURVEY_MULTIPLE * Math.min(32, Math.max(1, Math.round((length * scale) / SURVEY_MULTIPLE)));
  return { width: side(width), height: side(height) };
}

/** Extracts the data kept of a survey frame. Does not retain its samples. */
export function sketchFrame(index: number, gray: Plane<Uint8Array>): FrameSketch {
  const width = Math.max(1, Math.floor(gray.width / FINE_STEP));
  const height = Math.max(1, Math.floor(gray.height / FINE_STEP));
  const fine = averageInto({ width, height, data: new Float32Array(width * height) }, gray, FINE_STEP);
  const { level, contrast } = moments(fine);
  const { means, scales } = blockMoments(fine, width, height);
  const coarseSize = {
    width: Math.max(1, Math.floor(width / COARSE_STEP)),
    height: Math.max(1, Math.floor(height / COARSE_STEP)),
  };
  const small = new Float32Array(coarseSize.width * coarseSize.height);
  const coarse = averageInto({ ...coarseSize, data: small }, { width, height, data: fine }, COARSE_STEP);
  return {
    index,
    width,
    height,
    fine,
    means,
    scales,
    coarse: subtractMean(coarse),
    level,
    contrast,
    detail: detailOf(scales, width, height),
  };
}

function averageInto(to: Plane<Float32Array>, from: Plane<Uint8Array | Float32Array>, step: number): Float32Array {
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

function moments(fine: Float32Array): { level: number; contrast: number } {
  let sum = 0;
  let square = 0;
  for (const value of fine) {
    sum += value;
    square += value * value;
  }
  const level = sum / fine.length;
  return { level, contrast: Math.sqrt(Math.max(0, square / fine.length - level * level)) };
}

/** Mean and contrast of every block, by running sums along columns, then rows. */
function blockMoments(fine: Float32Array, width: number, height: number): { means: Float64Array; scales: Float64Array } {
  const means = new Float64Array(width * height);
  const scales = new Float64Array(width * height);
  const block = Math.min(BLOCK, width, height);
  const samples = block * block;
  const columns = new Float64Array(width);
  const squares = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const added = fine[y * width + x]!;
      const removed = y < block ? 0 : fine[(y - block) * width + x]!;
      columns[x] = columns[x]! + added - removed;
      squares[x] = squares[x]! + added * added - removed * removed;
    }
    if (y < block - 1) continue;
    let sum = 0;
    let square = 0;
    for (let x = 0; x < width; x++) {
      sum += columns[x]! - (x < block ? 0 : columns[x - block]!);
      square += squares[x]! - (x < block ? 0 : squares[x - block]!);
      if (x < block - 1) continue;
      const at = (y - block + 1) * width + x - block + 1;
      const mean = sum / samples;
      means[at] = mean;
      scales[at] = 1 / Math.sqrt(Math.max(0, square / samples - mean * mean) + NOISE_VARIANCE);
    }
  }
  return { means, scales };
}

/** Mean over adjacent blocks. */
function detailOf(scales: Float64Array, width: number, height: number): number {
  const block = Math.min(BLOCK, width, height);
  let sum = 0;
  let blocks = 0;
  for (let y = 0; y + block <= height; y += block) {
    for (let x = 0; x + block <= width; x += block, blocks++) sum += 1 / scales[y * width + x]! ** 2 - NOISE_VARIANCE;
  }
  return sum / blocks;
}

function subtractMean(data: Float32Array): Float32Array {
  let sum = 0;
  for (const value of data) sum += value;
  const mean = sum / data.length;
  for (let i = 0; i < data.length; i++) data[i] = data[i]! - mean;
  return data;
}
