import { KinemacolorError } from '../../errors.ts';

/** Runs of successive numbers among some in rising order, each by its first and its last. */
export function rangesOf(numbers: readonly number[]): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

/** Numbers of shots in rising order as text: `3, 7..9`. */
export function formatRanges(numbers: readonly number[]): string {
  return rangesOf(numbers)
    .map(([first, last]) => (first === last ? `${first}` : `${first}..${last}`))
    .join(', ');
}

const RANGE = /^(\d+)(?:\.\.(\d+))?$/;

/**
 * The shots that a text names, such as `3`, `7..9` (9 included) or `3,7..9`, in this order and each once. `count`: shots of the
 * plan. Throws `usage`.
 */
export function parseRanges(text: string, count: number): number[] {
  const numbers = text.split(',').flatMap(part => {
    const [, first, last = first] = RANGE.exec(part.trim()) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || from > to || to >= count)
      throw new KinemacolorError(
        'usage',
        `Expected shots from 0 to ${count - 1}, such as 3 or 7..9 or 3,7..9, received "${text}".`,
      );
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  return [...new Set(numbers)];
}
