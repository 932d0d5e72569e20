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
  const { centers, nearest } = seedCenters(points, count);
  for (let round = 1; round < rounds; round++) {
    moveCenters(points, centers, nearest);
    findNearest(points, centers, nearest);
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
function seedCenters(points: Points, count: number): Clusters {
  const dims = points.dims;
  const centers = new Float64Array(count * dims);
  const nearest = new Int32Array(points.count);
  const distances = new Float64Array(points.count).fill(Number.POSITIVE_INFINITY);
  let cell = points.count >> 1;
  for (let center = 0; center < count; center++) {
    for (let k = 0; k < dims; k++) centers[center * dims + k] = points.values[cell * dims + k]!;
    let total = 0;
    for (let i = 0; i < points.count; i++) {
      const distance = squaredDistance(points, i, centers, center, distances[i]);
      if (distance < distances[i]!) {
        distances[i] = distance;
        nearest[i] = center;
      }
      total += distances[i]!;
    }
    let remaining = (((center + 1) * GOLDEN) % 1) * total;
    for (cell = 0; cell < points.count - 1 && remaining > distances[cell]!; cell++) remaining -= distances[cell]!;
  }
  return { centers, nearest };
}

/** Finds the nearest centre of each point. The nearest one so far is tried first: most stay, and the others are soon out of the question. */
function findNearest(points: Points, centers: Float64Array, nearest: Int32Array): void {
  const count = centers.length / points.dims;
  for (let i = 0; i < points.count; i++) {
    let least = squaredDistance(points, i, centers, nearest[i]!);
    for (let center = 0; center < count; center++) {
      const distance = squaredDistance(points, i, centers, center, least);
      if (distance >= least) continue;
      least = distance;
      nearest[i] = center;
    }
  }
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
