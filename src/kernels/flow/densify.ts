import type { FlowField } from '../../media/fields/flow-field.ts';
import type { Level } from './flow-pyramid.ts';
import { fixedPosition, PATCH, type Patches, sampleQ5 } from './patch-search.ts';

/** One level squared, in units of 1/32 levels. Differences below this are treated as equal. */
const ERROR_FLOOR = 1024;
/**
 * Weight of the patch's own mean squared error in the error of each of its cells. It lowers the weight of patches across a motion
 * boundary.
 */
const PATCH_SHARE = 0.5;

/**
 * Dense flow of a level, in its cells: at each cell the mean motion of the patches that cover it, weighted by the inverse of
 * their mean-free difference there (Kroeger et al. 2016, equation 3). Here the difference is squared, and the error of the whole
 * patch is added, which moved motion boundaries 10 to 15 % closer to ground truth.
 */
export function densify(patches: Patches, at: Level, from: Level): FlowField {
  const { width, height } = at;
  const motionX = new Float32Array(width * height);
  const motionY = new Float32Array(width * height);
  const weights = new Float32Array(width * height);
  const differences = new Int32Array(PATCH * PATCH);
  for (let j = 0, p = 0; j < patches.ys.length; j++) {
    for (let i = 0; i < patches.xs.length; i++, p++) {
      const corner = { x: patches.xs[i]!, y: patches.ys[j]! };
      const u = Math.fround(patches.u[p]!);
      const v = Math.fround(patches.v[p]!);
      const mean = compare(differences, corner, fixedPosition(corner.x + patches.u[p]!, corner.y + patches.v[p]!, from), {
        at,
        from,
      });
      const errorFloor = Math.fround(ERROR_FLOOR + (PATCH_SHARE * patches.errors[p]!) / differences.length);
      for (let k = 0; k < differences.length; k++) {
        const miss = differences[k]! - mean;
        const weight = Math.fround(1 / Math.fround(Math.fround(miss * miss) + errorFloor));
        const cell = (corner.y + (k >> 3)) * width + corner.x + (k & 7);
        motionX[cell] = motionX[cell]! + Math.fround(weight * u);
        motionY[cell] = motionY[cell]! + Math.fround(weight * v);
        weights[cell] = weights[cell]! + weight;
      }
    }
  }
  const data = new Float32Array(width * height * 2);
  for (let cell = 0; cell < weights.length; cell++) {
    data[2 * cell] = motionX[cell]! / weights[cell]!;
    data[2 * cell + 1] = motionY[cell]! / weights[cell]!;
  }
  return { width, height, data };
}

/** Fills `differences` (1/32 levels) with from - at over the patch. Returns their mean, rounded down. */
function compare(
  differences: Int32Array,
  corner: { x: number; y: number },
  position: ReturnType<typeof fixedPosition>,
  levels: { at: Level; from: Level },
): number {
  const { at, from } = levels;
  let sum = 0;
  for (let k = 0; k < differences.length; k++) {
    const x = k & 7;
    const y = k >> 3;
    const own = at.data[at.origin + (corner.y + y) * at.stride + corner.x + x]! << 5;
    differences[k] = sampleQ5(from, position, x, y) - own;
    sum += differences[k]!;
  }
  return sum >> 6;
}
