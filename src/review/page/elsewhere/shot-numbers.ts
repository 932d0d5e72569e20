/**
 * Shots as people write them: numbers from 1, ranges, or "all". Returns numbers from 0, ascending, without `but`; a sentence where
 * they cannot be read.
 */
export function readShots(text: string, { count, but }: { count: number; but: number }): readonly number[] | string {
  const all = [...Array(count).keys()];
  const words = text.split(/[\s,;]+/).filter(word => word !== '');
  const numbers = new Set<number>();
  for (const word of words) {
    const [, from, to] = /^(\d+)(?:[-–](\d+))?$/.exec(word) ?? [];
    const [first, last] = word === 'all' ? [1, count] : [Number(from), Number(to ?? from)];
    if (!(first >= 1 && last >= first && last <= count))
      return `Expected shots such as 2, 5-7 or all, from 1 to ${count}; received "${word}".`;
    for (const number of all.slice(first - 1, last)) numbers.add(number);
  }
  numbers.delete(but);
  if (numbers.size > 0) return [...numbers].sort((a, b) => a - b);
  return `Expected other shots than shot ${but + 1}, such as 2, 5-7 or all.`;
}

/** Shots, numbers from 0, as a phrase: "shots 1, 3 and 5 to 7". */
export function shotsInWords(numbers: readonly number[]): string {
  const ranges: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.to === number - 1) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  const words = ranges.flatMap(({ from, to }) => {
    if (from === to) return [String(from + 1)];
    return to === from + 1 ? [String(from + 1), String(to + 1)] : [`${from + 1} to ${to + 1}`];
  });
  const phrase = words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
  return numbers.length === 1 ? `shot ${phrase}` : `shots ${phrase}`;
}
