/** Inner products, per sample, between the last `size` vectors of a stream. Entry 0 is the oldest. */
export class InnerProducts {
  readonly size: number;
  readonly #vectors: Float32Array[] = [];
  /** rows[i][back]: inner product of vectors i and i - back. */
  readonly #rows: Float64Array[] = [];

  constructor(size: number) {
    this.size = size;
  }

  push(vector: Float32Array): void {
    this.#vectors.push(vector);
    if (this.#vectors.length > this.size) {
      this.#vectors.shift();
      this.#rows.shift();
    }
    const newest = this.#vectors.length - 1;
    this.#rows.push(Float64Array.from({ length: newest + 1 }, (_, back) => innerProduct(vector, this.#vectors[newest - back]!)));
  }

  at(i: number, j: number): number {
    return i >= j ? this.#rows[i]![i - j]! : this.#rows[j]![j - i]!;
  }
}

function innerProduct(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum / a.length;
}
