import { closest, distance } from 'fastest-levenshtein';

/** A word with more wrong letters than this, as a share of its length, is another word. */
const WRONG_LETTERS = 0.4;

/** The known word that was probably meant, as the end of a sentence: `; did you mean "codec"?`. A full stop where none is near. */
export function suggestion(word: string, known: readonly string[]): string {
  if (known.length === 0) return '.';
  const nearest = closest(word.toLowerCase(), known);
  const beginning = known.find(one => word.length > 2 && one.startsWith(word.toLowerCase()));
  const meant = beginning ?? (distance(word.toLowerCase(), nearest) <= WRONG_LETTERS * word.length ? nearest : undefined);
  return meant === undefined ? '.' : `; did you mean "${meant}"?`;
}
