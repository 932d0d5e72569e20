/** SIMD version of ../flow/densify.ts and of the steps between pyramid levels in ../flow/flow.ts. */
import { originOf, strideOf } from './flow-pyramid';
import { mixAcross, mixDown, PATCH, Patch, PATCH_BYTES, patchCorner, patchCount, fixedX, fixedY } from './patch-search';

/** See ../flow/densify.ts. */
const ERROR_FLOOR: f64 = 1024;
const PATCH_SHARE: f64 = 0.5;

const DIFFERENCES: usize = memory.data(128, 16);

/**
 * Computes the dense flow of a level from its patches.
 * `motionX`, `motionY`, `weights`: scratch f32 planes of the level's size plus 4 values; need not be cleared.
 * `flow`: output, interleaved (x, y).
 */
export function densifyLevel(at: usize, from: usize, width: i32, height: i32, patches: usize, motionX: usize, motionY: usize, weights: usize, flow: usize): void {
  const bytes = <usize>(width * height * 4);
  memory.fill(motionX, 0, bytes);
  memory.fill(motionY, 0, bytes);
  memory.fill(weights, 0, bytes);
  const count = patchCount(width) * patchCount(height);
  for (let p = 0; p < count; p++) {
    const patch = changetype<Patch>(patches + <usize>p * PATCH_BYTES);
    const mean = compare(originOf(at, width), originOf(from, width), width, height, patch);
    addMotion(patch, mean, width, motionX, motionY, weights);
  }
  for (let i: usize = 0; i < bytes; i += 16) {
    const weight = v128.load(weights + i);
    const u = f32x4.div(v128.load(motionX + i), weight);
    const v = f32x4.div(v128.load(motionY + i), weight);
    v128.store(flow + 2 * i, v128.shuffle<f32>(u, v, 0, 4, 1, 5));
    v128.store(flow + 2 * i, v128.shuffle<f32>(u, v, 2, 6, 3, 7), 16);
  }
}

/** Writes the patch's differences (1/32 levels) to DIFFERENCES. Returns their mean, rounded down. */
function compare(at: usize, from: usize, width: i32, height: i32, patch: Patch): i32 {
  const stride = <usize>strideOf(width);
  const px = fixedX(<f64>patch.x + patch.u, width);
  const py = fixedY(<f64>patch.y + patch.v, height);
  const right = i16x8.splat(<i16>(px & 127));
  const left = i16x8.sub(i16x8.splat(128), right);
  const lower = i16x8.splat(<i16>(py & 32767));
  const ones = i16x8.splat(1);
  from += <usize>((py >> 15) * <i32>stride + (px >> 7));
  at += <usize>patch.y * stride + <usize>patch.x;
  let upperRow = mixAcross(from, left, right);
  let total = i32x4.splat(0);
  for (let y: usize = 0; y < <usize>PATCH; y++) {
    from += stride;
    const lowerRow = mixAcross(from, left, right);
    const difference = i16x8.sub(mixDown(upperRow, lowerRow, lower), i16x8.shl(v128.load_ext<u8>(at), 5));
    v128.store(DIFFERENCES + 16 * y, difference);
    total = i32x4.add(total, i32x4.dot_i16x8_s(difference, ones));
    upperRow = lowerRow;
    at += stride;
  }
  const pairs = i32x4.add(total, v128.shuffle<i64>(total, total, 1, 0));
  return (i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1)) >> 6;
}

/** Adds the patch's motion to its cells, weighted by the inverse mean-free squared difference. */
function addMotion(patch: Patch, mean: i32, width: i32, motionX: usize, motionY: usize, weights: usize): void {
  const u = f32x4.splat(<f32>patch.u);
  const v = f32x4.splat(<f32>patch.v);
  const middle = i16x8.splat(<i16>mean);
  const errorFloor = f32x4.splat(<f32>(ERROR_FLOOR + (PATCH_SHARE * patch.error) / 64));
  let cell = <usize>(patch.y * width + patch.x) * 4;
  for (let y: usize = 0; y < <usize>PATCH; y++) {
    const miss = i16x8.sub(v128.load(DIFFERENCES + 16 * y), middle);
    addFour(cell, i32x4.extend_low_i16x8_s(miss), errorFloor, u, v, motionX, motionY, weights);
    addFour(cell + 16, i32x4.extend_high_i16x8_s(miss), errorFloor, u, v, motionX, motionY, weights);
    cell += <usize>width * 4;
  }
}

@inline
function addFour(cell: usize, difference: v128, errorFloor: v128, u: v128, v: v128, motionX: usize, motionY: usize, weights: usize): void {
  const miss = f32x4.convert_i32x4_s(difference);
  const weight = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.mul(miss, miss), errorFloor));
  v128.store(motionX + cell, f32x4.add(v128.load(motionX + cell), f32x4.mul(weight, u)));
  v128.store(motionY + cell, f32x4.add(v128.load(motionY + cell), f32x4.mul(weight, v)));
  v128.store(weights + cell, f32x4.add(v128.load(weights + cell), weight));
}

/**
 * Places the patches of a level. Their motion starts at zero or, if `flow` is not 0, at the flow in their centre. `ratio`: see
 * ../flow/flow.ts.
 */
export function startPatches(patches: usize, width: i32, height: i32, flow: usize, flowWidth: i32, flowHeight: i32, ratio: f64): void {
  const columns = patchCount(width);
  const rows = patchCount(height);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const patch = changetype<Patch>(patches + <usize>(j * columns + i) * PATCH_BYTES);
      patch.x = patchCorner(i, width);
      patch.y = patchCorner(j, height);
      patch.u = 0;
      patch.v = 0;
      if (flow != 0) readCentre(patch, flow, flowWidth, flowHeight, ratio);
    }
  }
}

function readCentre(patch: Patch, flow: usize, width: i32, height: i32, ratio: f64): void {
  const x = min(max((<f64>patch.x + 4) * ratio - 0.5, 0), <f64>(width - 1));
  const y = min(max((<f64>patch.y + 4) * ratio - 0.5, 0), <f64>(height - 1));
  const left = <i32>x;
  const top = <i32>y;
  const right = x - <f64>left;
  const lower = y - <f64>top;
  const stepRight: usize = left + 1 < width ? 8 : 0;
  const stepDown: usize = top + 1 < height ? <usize>width * 8 : 0;
  const at = flow + <usize>(top * width + left) * 8;
  patch.u = mix(at, stepRight, stepDown, right, lower) / ratio;
  patch.v = mix(at + 4, stepRight, stepDown, right, lower) / ratio;
}

function mix(at: usize, stepRight: usize, stepDown: usize, right: f64, lower: f64): f64 {
  const a = <f64>load<f32>(at);
  const b = <f64>load<f32>(at + stepRight);
  const c = <f64>load<f32>(at + stepDown);
  const d = <f64>load<f32>(at + stepDown + stepRight);
  const upperRow = a + (b - a) * right;
  const lowerRow = c + (d - c) * right;
  return upperRow + (lowerRow - upperRow) * lower;
}

/** Upsamples a level's flow to the full grid, bilinearly, and scales it to full-grid cells. Two cells (u, v, u, v) per step. */
export function upsampleFlow(flow: usize, flowWidth: i32, flowHeight: i32, ratio: f32, out: usize, width: i32, height: i32): void {
  for (let y = 0; y < height; y++) {
    const py = min(max((<f32>y + 0.5) / ratio - 0.5, 0), <f32>(flowHeight - 1));
    const top = <i32>py;
    const lower = f32x4.splat(py - <f32>top);
    const upperRow = flow + <usize>(top * flowWidth) * 8;
    const underRow = flow + <usize>(min(top + 1, flowHeight - 1) * flowWidth) * 8;
    for (let x = 0; x < width; x++) {
      const px = min(max((<f32>x + 0.5) / ratio - 0.5, 0), <f32>(flowWidth - 1));
      const left = <usize>px;
      const right = f32x4.splat(px - <f32>left);
      const step: usize = left + 1 < <usize>flowWidth ? 8 : 0;
      const a = v128.load64_lane(upperRow + left * 8, v128.load64_zero(underRow + left * 8), 1);
      const b = v128.load64_lane(upperRow + left * 8 + step, v128.load64_zero(underRow + left * 8 + step), 1);
      const row = f32x4.add(a, f32x4.mul(f32x4.sub(b, a), right));
      const upperRow = v128.shuffle<i64>(row, row, 1, 1);
      const value = f32x4.add(upperRow, f32x4.mul(f32x4.sub(row, upperRow), lower));
      v128.store64_lane(out, f32x4.mul(value, f32x4.splat(ratio)), 0);
      out += 8;
    }
  }
}
