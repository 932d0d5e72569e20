import type { RequestedEdit, SingleEdit } from '../../../media/plan/edit.ts';
import { type Hint, isRegion } from '../../../media/plan/hint.ts';
import type { SeenAgain } from '../../contract.ts';
import { edit } from '../state/actions.ts';
import { round } from '../state/hint-actions.ts';
import { shotsInWords } from './shot-numbers.ts';

/** The reach of a region in another shot where it has none of its own: it was drawn as a polygon, whose corners mean nothing there. */
const REACH = 0.25;

/** Put a hint on its thing in other shots, as one edit. */
export function putHint(hint: Hint, sightings: readonly SeenAgain[]): Promise<unknown> {
  const shots = shotsInWords(sightings.map(({ shot }) => shot));
  return edit(together(sightings.map(one => hintEdit(hint, one))), `${hint.name ?? hint.color} is put in ${shots}.`);
}

/** Give a palette's colour to its thing in other shots, as one edit. */
export function putPalette(name: string, fill: number | undefined, sightings: readonly SeenAgain[]): Promise<unknown> {
  const edits = sightings.map(({ index, x, y }): SingleEdit => {
    const place = { index, x: round(x), y: round(y), ...(fill !== undefined && { fill }) };
    return { kind: 'palette-place', name, place };
  });
  return edit(together(edits), `${name} is put in ${shotsInWords(sightings.map(({ shot }) => shot))}.`);
}

/** The edit that puts a hint where its thing is seen. Strokes and corners, which are of its own frame, stay behind. */
export function hintEdit(hint: Hint, { index, x, y }: SeenAgain): SingleEdit {
  const { color, radius, name, fill } = hint;
  const named = name === undefined ? {} : { name };
  const region = isRegion(hint) ? { fill: fill ?? REACH } : {};
  return { kind: 'hint-add', index, hint: { x: round(x), y: round(y), color, radius, ...named, ...region } };
}

/** One edit of one or several. */
export function together(edits: readonly SingleEdit[]): RequestedEdit {
  return edits.length === 1 ? edits[0]! : { kind: 'batch', edits: [...edits] };
}
