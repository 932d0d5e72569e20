import { type Gradients, gradientsOf, type Level } from './flow-pyramid.ts';

/** Patch side and patch spacing in cells (Kroeger et al. 2016, arXiv 1603.03590, operating point 3). */
export const PATCH = 8;
export const STRIDE = 4;
const CELLS = PATCH * PATCH;

/**
 * Damping added to the diagonal of the Hessian (of Sobel gradients). A patch with less structure than grain keeps its initial
 * motion.
 */
const DAMPING = 16384;
/** Steps shorter than this (cells, squared) end the search. */
const MIN_STEP = 0.02 ** 2;
/** A neighbour's motion is tried only if it differs by more than this many cells, on either axis, from those tried already. */
const MIN_DIFFERENCE = 0.1;

/** Patches of one level, row-major: corner positions along each axis, motion and error. */
export interface Patches {
  readonly xs: Int32Array;
  readonly ys: Int32Array;
  readonly u: Float64Array;
  readonly v: Float64Array;
  /** Mean-free squared difference summed over the patch, in (1/32 levels) squared. Set by `searchPatches`. */
  readonly errors: Float64Array;
  /**
   * Damped Hessian of the mean-free patch: how well the picture constrains its motion in each direction. Set by `searchPatches`.
   */
  readonly hessianXX: Float64Array;
  readonly hessianXY: Float64Array;
  readonly hessianYY: Float64Array;
}

/** Corner positions along one axis: every STRIDE cells, the last one flush with the edge. */
export function patchCorners(size: number): Int32Array {
  const count = Math.ceil((size - PATCH) / STRIDE) + 1;
  return Int32Array.from({ length: count }, (_, i) => Math.min(i * STRIDE, size - PATCH));
}

/** A patch compared at one position: its error, and the gradient of the error along x and y. */
interface Match {
  error: number;
  errorSlopeX: number;
  errorSlopeY: number;
}

/** Patches of a level of this size, without motion. */
export function patchesAtRest(size: { width: number; height: number }): Patches {
  const xs = patchCorners(size.width);
  const ys = patchCorners(size.height);
  const perPatch = () => new Float64Array(xs.length * ys.length);
  const hessian = { hessianXX: perPatch(), hessianXY: perPatch(), hessianYY: perPatch() };
  return { xs, ys, u: perPatch(), v: perPatch(), errors: perPatch(), ...hessian };
}

export interface PatchOptions {
  /** Maximum steps per patch and pass. */
  readonly iterations: number;
  /** A patch whose match lies more than this many cells outside the other picture is not searched. */
  readonly beyond: number;
}

/**
 * Inverse search: for each patch of `at`, finds the best match in `from`, starting from the motion in `patches`. Gauss-Newton
 * steps minimise the mean-free squared difference. Motion is then propagated between neighbours, first right and down, then left
 * and up.
 */
export function searchPatches(patches: Patches, at: Level, from: Level, options: PatchOptions): void {
  const columns = patches.xs.length;
  const rows = patches.ys.length;
  const patchSearch = new PatchSearch(patches, at, from, options);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) patchSearch.search(i, j, -1);
  }
  for (let j = rows - 1; j >= 0; j--) {
    for (let i = columns - 1; i >= 0; i--) patchSearch.search(i, j, 1);
  }
}

class PatchSearch {
  readonly #patches: Patches;
  readonly #at: Level;
  readonly #from: Level;
  readonly #gradients: Gradients;
  readonly #options: PatchOptions;
  /** Corner of the current patch. */
  #x = 0;
  #y = 0;
  #current: Match = { error: 0, errorSlopeX: 0, errorSlopeY: 0 };
  #trial: Match = { error: 0, errorSlopeX: 0, errorSlopeY: 0 };

  constructor(patches: Patches, at: Level, from: Level, options: PatchOptions) {
    this.#patches = patches;
    this.#at = at;
    this.#from = from;
    this.#gradients = gradientsOf(at);
    this.#options = options;
  }

  /**
   * Searches patch (i, j), also trying the motion of its neighbours at i + side and j + side. side is -1 in the first pass and 1
   * in the second.
   */
  search(i: number, j: number, side: number): void {
    const { xs, ys, u, v } = this.#patches;
    const p = j * xs.length + i;
    const isFirstPass = side < 0;
    let better = isFirstPass;
    this.#x = xs[i]!;
    this.#y = ys[j]!;
    if (isFirstPass) {
      this.#measure(p);
      this.#evaluate(u[p]!, v[p]!, this.#current);
    } else this.#current.error = this.#patches.errors[p]!;
    const ownU = u[p]!;
    const ownV = v[p]!;
    for (const [ni, nj] of [
      [i + side, j],
      [i, j + side],
    ] as const) {
      if (ni < 0 || nj < 0 || ni >= xs.length || nj >= ys.length) continue;
      const n = nj * xs.length + ni;
      if (isSimilar(u[n]! - ownU, v[n]! - ownV) || isSimilar(u[n]! - u[p]!, v[n]! - v[p]!)) continue;
      this.#evaluate(u[n]!, v[n]!, this.#trial);
      if (this.#trial.error < this.#current.error) {
        u[p] = u[n]!;
        v[p] = v[n]!;
        better = true;
        this.#swap();
      }
    }
    if (better) this.#descend(p);
    this.#patches.errors[p] = this.#current.error;
  }

  /**
   * Gauss-Newton steps as long as the error decreases. Gradients are scaled by 8 and differences by 32, hence the factor 1/4.
   * A patch too far outside keeps its motion, from the coarser level or a neighbour; the replicated border would attract it.
   */
  #descend(p: number): void {
    if (this.#isBeyond(p)) return;
    const { u, v, hessianXX, hessianXY, hessianYY } = this.#patches;
    const [xx, xy, yy] = [hessianXX[p]!, hessianXY[p]!, hessianYY[p]!] as const;
    const scale = 0.25 / (xx * yy - xy * xy);
    for (let k = 0; k < this.#options.iterations; k++) {
      const du = (yy * this.#current.errorSlopeX - xy * this.#current.errorSlopeY) * scale;
      const dv = (xx * this.#current.errorSlopeY - xy * this.#current.errorSlopeX) * scale;
      if (!(du * du + dv * dv > MIN_STEP)) return;
      this.#evaluate(u[p]! - du, v[p]! - dv, this.#trial);
      if (this.#trial.error >= this.#current.error) return;
      u[p] = u[p]! - du;
      v[p] = v[p]! - dv;
      this.#swap();
    }
  }

  #isBeyond(p: number): boolean {
    const { beyond } = this.#options;
    const x = this.#x + this.#patches.u[p]!;
    const y = this.#y + this.#patches.v[p]!;
    return x < -beyond || y < -beyond || x > this.#at.width - PATCH + beyond || y > this.#at.height - PATCH + beyond;
  }

  #swap(): void {
    [this.#current, this.#trial] = [this.#trial, this.#current];
  }

  #measure(p: number): void {
    const { x: gradientX, y: gradientY } = this.#gradients;
    let sumX = 0, sumY = 0, sumXX = 0, sumXY = 0, sumYY = 0; // biome-ignore format: five sums of one kind
    for (let y = 0; y < PATCH; y++) {
      const row = (this.#y + y) * this.#at.width + this.#x;
      for (let x = 0; x < PATCH; x++) {
        const gx = gradientX[row + x]!;
        const gy = gradientY[row + x]!;
        sumX += gx;
        sumY += gy;
        sumXX += gx * gx;
        sumXY += gx * gy;
        sumYY += gy * gy;
      }
    }
    const { hessianXX, hessianXY, hessianYY } = this.#patches;
    hessianXX[p] = sumXX - (sumX * sumX) / CELLS + DAMPING;
    hessianXY[p] = sumXY - (sumX * sumY) / CELLS;
    hessianYY[p] = sumYY - (sumY * sumY) / CELLS + DAMPING;
  }

  /** Compares the patch with `from` displaced by (u, v), both mean-free. */
  #evaluate(u: number, v: number, match: Match): void {
    const at = this.#at;
    const { x: gradientX, y: gradientY } = this.#gradients;
    const position = fixedPosition(this.#x + u, this.#y + v, this.#from);
    let sum = 0, squares = 0, errorSlopeX = 0, errorSlopeY = 0, sumX = 0, sumY = 0; // biome-ignore format: six sums of one kind
    for (let y = 0; y < PATCH; y++) {
      const own = at.origin + (this.#y + y) * at.stride + this.#x;
      const gradient = (this.#y + y) * at.width + this.#x;
      for (let x = 0; x < PATCH; x++) {
        const difference = sampleQ5(this.#from, position, x, y) - (at.data[own + x]! << 5);
        const gx = gradientX[gradient + x]!;
        const gy = gradientY[gradient + x]!;
        sum += difference;
        squares += difference * difference;
        errorSlopeX += difference * gx;
        errorSlopeY += difference * gy;
        sumX += gx;
        sumY += gy;
      }
    }
    match.error = squares - (sum * sum) / CELLS;
    match.errorSlopeX = errorSlopeX - (sum * sumX) / CELLS;
    match.errorSlopeY = errorSlopeY - (sum * sumY) / CELLS;
  }
}

function isSimilar(du: number, dv: number): boolean {
  return Math.abs(du) < MIN_DIFFERENCE && Math.abs(dv) < MIN_DIFFERENCE;
}

/** A corner position in fixed point: index of its integer cell, and fractions in 1/128 (horizontal) and 1/32768 (vertical). */
export interface FixedPosition {
  readonly index: number;
  readonly right: number;
  readonly lower: number;
}

/** Clamped so that a patch plus one cell lies within picture and border. */
export function fixedPosition(x: number, y: number, level: Level): FixedPosition {
  const px = Math.floor(Math.min(Math.max(x, -PATCH), level.width) * 128 + 0.5);
  const py = Math.floor(Math.min(Math.max(y, -PATCH), level.height) * 32768 + 0.5);
  return { index: level.origin + (py >> 15) * level.stride + (px >> 7), right: px & 127, lower: py & 32767 };
}

/** Bilinear sample at `x` right and `y` below a position, in 1/32 levels. Rounds exactly as the SIMD version. */
export function sampleQ5(level: Level, position: FixedPosition, x: number, y: number): number {
  const above = position.index + y * level.stride + x;
  const below = above + level.stride;
  const { data } = level;
  const upperRow = data[above]! * (128 - position.right) + data[above + 1]! * position.right;
  const lowerRow = data[below]! * (128 - position.right) + data[below + 1]! * position.right;
  return (upperRow + (((lowerRow - upperRow) * position.lower + 0x4000) >> 15)) >> 2;
}
