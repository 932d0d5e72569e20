/** Rotations go on until no two rows are less orthogonal than this (the cosine between them). */
const ORTHOGONAL = 1e-7;
const MAX_SWEEPS = 40;

/**
 * Fréchet distance between two sets of features, each taken as normally distributed (Heusel et al. 2017): the squared distance of
 * their means and tr(A + B - 2 sqrt(AB)) of their covariances. It depends on the number of pictures: compare only equal numbers.
 */
export function frechetDistance(one: readonly Float32Array[], other: readonly Float32Array[]): number {
  const [a, b] = [centred(one), centred(other)];
  const means = a.mean.reduce((sum, value, i) => sum + (value - b.mean[i]!) ** 2, 0);
  // tr sqrt(AB) is the sum of the singular values of a b', of the size of the sets, which are smaller than the covariances.
  const products = a.rows.map(row => Float64Array.from(b.rows, column => dot(row, column)));
  return means + spread(a.rows) + spread(b.rows) - 2 * sumOfSingularValues(products);
}

/** The mean, and what is left of every row, scaled so that the rows' products add up to the covariance. */
function centred(rows: readonly Float32Array[]) {
  const mean = Float64Array.from(rows[0]!, (_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
  const scale = 1 / Math.sqrt(Math.max(1, rows.length - 1));
  return { mean, rows: rows.map(row => Float64Array.from(row, (value, i) => (value - mean[i]!) * scale)) };
}

const spread = (rows: readonly Float64Array[]) => rows.reduce((sum, row) => sum + dot(row, row), 0);

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** One-sided Jacobi: turn pairs of rows until all are orthogonal; their lengths are the singular values. Changes the rows. */
function sumOfSingularValues(rows: readonly Float64Array[]): number {
  const least = 1e-24 * spread(rows);
  for (let sweep = 0, turned = true; turned && sweep < MAX_SWEEPS; sweep++) {
    turned = false;
    for (let p = 0; p < rows.length; p++) {
      for (let q = p + 1; q < rows.length; q++) if (orthogonalise(rows[p]!, rows[q]!, least)) turned = true;
    }
  }
  return rows.reduce((sum, row) => sum + Math.sqrt(dot(row, row)), 0);
}

function orthogonalise(a: Float64Array, b: Float64Array, least: number): boolean {
  const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
  if (Math.abs(ab) <= ORTHOGONAL * Math.sqrt(aa * bb) || Math.abs(ab) <= least) return false;
  const zeta = (bb - aa) / (2 * ab);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = cosine * tangent;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    a[i] = cosine * x - sine * y;
    b[i] = sine * x + cosine * y;
  }
  return true;
}
