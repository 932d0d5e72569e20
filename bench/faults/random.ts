/** A source of numbers that a seed repeats (mulberry32). */
export interface Random {
  /** 0 <= x < 1. */
  next(): number;
  /** A whole number, 0 <= x < below. */
  below(limit: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

/** The numbers of one case of one part. */
export function randomOf(seed: number, part: string, number: number): Random {
  let state = [...part].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), seed) + Math.imul(number, 0x9e3779b1);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { next, below, pick: items => items[below(items.length)]! };
}
