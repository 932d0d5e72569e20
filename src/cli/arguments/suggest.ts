import { meantWord } from '../../meant-word.ts';

/** The known word that was probably meant, as the end of a sentence: `; did you mean "codec"?`. A full stop where none is near. */
export function suggestion(word: string, known: readonly string[]): string {
  const meant = meantWord(word, known);
  return meant === undefined ? '.' : `; did you mean "${meant}"?`;
}
