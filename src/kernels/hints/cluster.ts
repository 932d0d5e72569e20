/** Points of `dims` numbers each, concatenated in `values`. */
export interface Points {
  readonly count: number;
  readonly dims: number;
  readonly values: Float32Array;
}

/** `centers`: `dims` numbers each. `nearest`: for each point, the index of its centre. */
export interface Clusters {
  readonly centers: Float64Array;
  readonly nearest: Int32Array;
}

/** k-means (Lloyd 1982). Deterministic; some clusters may be empty. */
export function cluster(points: Points, count: number, rounds: number): Clusters {
  const centers = seedCenters(points, count);
  let nearest = nearestCenters(points, centers, count);
  for (let round = 1; round < rounds; round++) {
    moveCenters(points, centers, nearest);
    nearest = nearestCenters(points, centers, count);
  }
  moveCenters(points, centers, nearest);
  return { centers, nearest };
}

/** Multiples of the golden ratio, modulo 1, are evenly spread for any count. */
const GOLDEN = 0.618_033_988_749_894_9;

/**
 * k-means++ seeding (Arthur and Vassilvitskii 2007): each next centre is a point drawn in proportion to its squared distance from
 * the nearest centre so far, by a fixed sequence instead of random numbers.
 */
function seedCenters(points: Points, count: number): Float64Array {
  const dims = points.dims;
  const centers = new Float64Array(count * dims);
  const distances = new Float64Array(points.count).fill(Number.POSITIVE_INFINITY);
  let cell = points.count >> 1;
  for (let center = 0; center < count; center++) {
    for (let k = 0; k < dims; k++) centers[center * dims + k] = points.values[cell * dims + k]!;
    let total = 0;
    for (let i = 0; i < points.count; i++) {
      distances[i] = Math.min(distances[i]!, squaredDistance(points, i, centers, center, distances[i]));
      total += distances[i]!;
    }
    let remaining = (((center + 1) * GOLDEN) % 1) * total;
    for (cell = 0; cell < points.count - 1 && remaining > distances[cell]!; cell++) remaining -= distances[cell]!;
  }
  return centers;
}

function nearestCenters(points: Points, centers: Float64Array, count: number): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: points.count }, (_, i) => {
    let best = 0;
    let minDistance = squaredDistance(points, i, centers, best);
    for (let center = 1; center < count; center++) {
      const distance = squaredDistance(points, i, centers, center, minDistance);
      if (distance < minDistance) [best, minDistance] = [center, distance];
    }
    return best;
  });
}

/** Moves each centre to the mean of its points. A centre without points stays. */
function moveCenters(points: Points, centers: Float64Array, nearest: Int32Array): void {
  const dims = points.dims;
  const sums = new Float64Array(centers.length);
  const counts = new Float64Array(centers.length / dims);
  for (let i = 0; i < points.count; i++) {
    const center = nearest[i]!;
    counts[center]!++;
    for (let k = 0; k < dims; k++) sums[center * dims + k]! += points.values[i * dims + k]!;
  }
  for (let at = 0; at < centers.length; at++) {
    const own = counts[Math.floor(at / dims)]!;
    if (own > 0) centers[at] = sums[at]! / own;
  }
}

/** Squared distance; any value above `limit` if it exceeds that. */
function squaredDistance(
  { values, dims }: Points,
  point: number,
  centers: Float64Array,
  center: number,
  limit = Number.POSITIVE_INFINITY,
): number {
  const [from, to] = [point * dims, center * dims];
  let sum = 0;
  for (let k = 0; k < dims && sum <= limit; k++) {
    const step = values[from + k]! - centers[to + k]!;
    sum += step * step;
  }
  return sum;
}
