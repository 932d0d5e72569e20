import type { Timebase } from '../../media/film/time.ts';

/** Comparison of two films' frame times, relative to the first frame of each. */
export interface TimeComparison {
  /** Largest time difference of any frame, in seconds. */
  readonly largestDifference: number;
  /** Difference explained by rounding to the coarser timebase, in seconds. */
  readonly allowed: number;
  /** Number of frames that differ by more than `allowed`, and the first of them. */
  readonly astray: number;
  readonly firstAstray: number | undefined;
}

/** Compares frame times exactly, in integer units common to both timebases. */
export class TimeComparer {
  readonly #source: Timebase;
  readonly #result: Timebase;
  #starts: { source: number; result: number } | undefined;
  #largest = 0n;
  #astray = 0;
  #firstAstray: number | undefined;
  #count = 0;

  constructor(source: Timebase, result: Timebase) {
    this.#source = source;
    this.#result = result;
  }

  /** Adds one frame of both films, in ticks. */
  add(source: number, result: number): void {
    this.#starts ??= { source, result };
    const difference =
      this.#units(source - this.#starts.source, this.#source) - this.#units(result - this.#starts.result, this.#result);
    const size = difference < 0n ? -difference : difference;
    if (size > this.#largest) this.#largest = size;
    if (size > this.#allowed()) {
      this.#astray++;
      this.#firstAstray ??= this.#count;
    }
    this.#count++;
  }

  /** Ticks of the first frame of each; undefined before the first. */
  get starts(): { readonly source: number; readonly result: number } | undefined {
    return this.#starts;
  }

  summary(): TimeComparison {
    const second = this.#source.den * this.#result.den;
    return {
      largestDifference: Number(this.#largest) / second,
      allowed: Number(this.#allowed()) / second,
      astray: this.#astray,
      firstAstray: this.#firstAstray,
    };
  }

  /** Converts ticks to units of 1 / (source.den * result.den) seconds. */
  #units(ticks: number, { num, den }: Timebase): bigint {
    return (BigInt(ticks) * BigInt(num) * BigInt(this.#source.den) * BigInt(this.#result.den)) / BigInt(den);
  }

  #allowed(): bigint {
    const [one, other] = [this.#units(1, this.#source), this.#units(1, this.#result)];
    if (one > other) return one;
    return other;
  }
}
