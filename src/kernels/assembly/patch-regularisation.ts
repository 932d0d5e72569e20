/** AssemblyScript version of ../flow/patch-regularisation.ts, also in double precision. */
import { Patch, PATCH_BYTES, patchCount } from './patch-search';

/** See ../flow/patch-regularisation.ts. */
const SIMILAR_MOTION: f64 = 1.1;
const ERROR_FLOOR: f64 = 1024;

/** Regularises the patches of a level against their neighbours. `motions`: scratch, 16 bytes per patch. */
export function regularise(patches: usize, width: i32, height: i32, motions: usize): void {
  const columns = patchCount(width);
  const rows = patchCount(height);
  let to = motions;
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      regularisedMotion(patches, columns, rows, i, j, to);
      to += 16;
    }
  }
  for (let p = 0; p < columns * rows; p++) {
    const patch = patchAt(patches, p);
    patch.u = load<f64>(motions + <usize>p * 16);
    patch.v = load<f64>(motions + <usize>p * 16, 8);
  }
}

@inline
function patchAt(patches: usize, p: i32): Patch {
  return changetype<Patch>(patches + <usize>p * PATCH_BYTES);
}

@inline
function regularisedMotion(patches: usize, columns: i32, rows: i32, i: i32, j: i32, to: usize): void {
  const patch = patchAt(patches, j * columns + i);
  let xx: f64 = 0;
  let xy: f64 = 0;
  let yy: f64 = 0;
  let x: f64 = 0;
  let y: f64 = 0;
  for (let m = max(j - 1, 0); m <= min(j + 1, rows - 1); m++) {
    for (let n = max(i - 1, 0); n <= min(i + 1, columns - 1); n++) {
      const other = patchAt(patches, m * columns + n);
      const du = other.u - patch.u;
      const dv = other.v - patch.v;
      const weight = 1 / ((1 + (du * du + dv * dv) / (SIMILAR_MOTION * SIMILAR_MOTION)) * (other.error / 64 + ERROR_FLOOR));
      const constraintXX = weight * other.hessianXX;
      const constraintXY = weight * other.hessianXY;
      const constraintYY = weight * other.hessianYY;
      xx += constraintXX;
      xy += constraintXY;
      yy += constraintYY;
      x += constraintXX * du + constraintXY * dv;
      y += constraintXY * du + constraintYY * dv;
    }
  }
  const scale = 1 / (xx * yy - xy * xy);
  store<f64>(to, patch.u + (yy * x - xy * y) * scale);
  store<f64>(to, patch.v + (xx * y - xy * x) * scale, 8);
}
