import { closest, distance } from 'fastest-levenshtein';

/** A word with more wrong letters than this, as a share of its length, is another word. */
const WRONG_LETTERS = 0.4;

/** The known word that was probably meant by a mistyped one; undefined where none is near. */
export function meantWord(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const typed = word.toLowerCase();
  const beginning = known.find(one => typed.length > 2 && one.startsWith(typed));
  const nearest = closest(typed, known);
  return beginning ?? (distance(typed, nearest) <= WRONG_LETTERS * typed.length ? nearest : undefined);
}

/** The same in parentheses, after the mistyped word: ` (did you mean "technicolor"?)`; nothing where none is near. */
export function meantInstead(word: string, known: readonly string[]): string {
  const meant = meantWord(word, known);
  return meant === undefined ? '' : ` (did you mean "${meant}"?)`;
}
