/** SIMD version of ../propagation/temporal-average.ts. */
import { locateMoved, planeAt } from './warp';

/**
 * Adds a neighbour's share of chroma: out = sum + share * consistency * (neighbour(x + flow(x)) - own). Consistency is 1 up to a
 * consistency error of `consistent`, and falls linearly to 0 at `inconsistent`. `out` must not be `sum`: loops overrun the end of
 * a row, which the next row overwrites.
 */
export function addNeighbour(
  cb: usize, cr: usize, flow: usize, consistencyError: usize, ownCb: usize, ownCr: usize, sumCb: usize, sumCr: usize,
  width: i32, height: i32, share: f32, consistent: f32, inconsistent: f32, outCb: usize, outCr: usize,
): void {
  const perCell = f32x4.splat(1 / (inconsistent - consistent));
  const stride = <usize>width * 4;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += 4) {
      const at = <usize>(y * width + x) * 4;
      const left = f32x4.mul(f32x4.sub(f32x4.splat(inconsistent), v128.load(consistencyError + at)), perCell);
      const weights = f32x4.mul(f32x4.splat(share), f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), left)));
      locateMoved(flow, x, y, width, height);
      v128.store(outCb + at, moved(v128.load(sumCb + at), weights, planeAt(cb, stride), v128.load(ownCb + at)));
      v128.store(outCr + at, moved(v128.load(sumCr + at), weights, planeAt(cr, stride), v128.load(ownCr + at)));
    }
  }
}

@inline
function moved(sum: v128, weights: v128, goal: v128, own: v128): v128 {
  return f32x4.add(sum, f32x4.mul(weights, f32x4.sub(goal, own)));
}
