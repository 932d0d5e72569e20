import type { SingleEdit } from '../../../media/plan/edit.ts';
import type { Hint } from '../../../media/plan/hint.ts';
import type { ShotView } from '../../contract.ts';
import { complain, edit, say } from '../state/actions.ts';
import { fetchSeen } from '../state/api.ts';
import { hintEdit, together } from './put.ts';
import { shotsInWords } from './shot-numbers.ts';

/** Of one hint: the shots it goes to, those that have it already, and those in which its thing is not seen. */
interface Fate {
  readonly hint: Hint;
  readonly edits: readonly SingleEdit[];
  readonly put: readonly number[];
  readonly hinted: readonly number[];
  readonly unseen: readonly number[];
}

/**
 * Copy the hints of a shot to others, as one edit: each to where its thing is seen there. It is said where a thing is not seen, and
 * its hint not put.
 */
export async function copyHints(from: ShotView, to: readonly number[]): Promise<void> {
  const hints = from.keyframes.flatMap(({ index, hints }) => hints.map(hint => ({ index, hint })));
  say(`Looking for ${hints.length === 1 ? 'the hint’s thing' : `the things of ${hints.length} hints`} in ${shotsInWords(to)}.`);
  try {
    const fates: Fate[] = [];
    for (const example of hints) fates.push(await fateOf(example, to));
    const edits = fates.flatMap(({ edits }) => edits);
    const report = reportOf(fates);
    if (edits.length > 0) await edit(together(edits), report);
    else say(report);
  } catch (cause) {
    complain(cause);
  }
}

async function fateOf(example: { index: number; hint: Hint }, to: readonly number[]): Promise<Fate> {
  const { hint } = example;
  const { sightings, hinted } = await fetchSeen({ examples: [example], shots: to, most: to.length });
  const put = sightings.map(({ shot }) => shot);
  const unseen = to.filter(number => !put.includes(number) && !hinted.includes(number));
  return { hint, edits: sightings.map(one => hintEdit(hint, one)), put, hinted, unseen };
}

/** One sentence for what was put, one for what was there, one for what is not seen. */
export function reportOf(fates: readonly Pick<Fate, 'hint' | 'put' | 'hinted' | 'unseen'>[]): string {
  const list = (of: 'put' | 'hinted' | 'unseen') =>
    fates
      .filter(fate => fate[of].length > 0)
      .map(fate => `${fate.hint.name ?? fate.hint.color} in ${shotsInWords(fate[of])}`)
      .join('; ');
  const [put, hinted, unseen] = [list('put'), list('hinted'), list('unseen')];
  return [
    put === '' ? 'No hint was copied.' : `Copied: ${put}.`,
    ...(hinted === '' ? [] : [`There already: ${hinted}.`]),
    ...(unseen === '' ? [] : [`Not seen, so not put: ${unseen}.`]),
  ].join(' ');
}
