import { turned } from '../../media/film/shown-picture.ts';
import type { RequestedEdit, SingleEdit } from '../../media/plan/edit.ts';
import { type Hint, mapPlaces, type PaletteEntry } from '../../media/plan/hint.ts';
import { canonicalJson, type Plan } from '../../media/plan/plan.ts';

/**
 * An edit made on the picture as the page shows it, upright, as the plan says it: on the film's coded picture. `rotation`: the
 * film's.
 */
export function turnedEdit(edit: RequestedEdit, rotation: number, plan: Plan): RequestedEdit {
  if (rotation === 0) return edit;
  if (edit.kind !== 'batch') return turnedSingle(edit, rotation, plan);
  return { ...edit, edits: edit.edits.map(one => turnedSingle(one, rotation, plan)) };
}

function turnedSingle(edit: SingleEdit, rotation: number, plan: Plan): SingleEdit {
  switch (edit.kind) {
    case 'hint-add':
      return { ...edit, hint: turnedHint(edit.hint, -rotation) };
    case 'hint-change':
      return { ...edit, set: mapPlaces(edit.set, place => turned(place, -rotation)) };
    case 'hint-correct': {
      const { corrections } = mapPlaces({ corrections: [edit.correction] }, place => turned(place, -rotation));
      return { ...edit, correction: corrections[0]! };
    }
    case 'palette-place':
      return { ...edit, place: turned(edit.place, -rotation) };
    case 'palette-unplace': {
      // A place is known by its very numbers, which turning there and back would round.
      const places = (plan.palette ?? []).find(({ name }) => name === edit.name)?.places ?? [];
      const wanted = canonicalJson(edit.place);
      const found = places.find(place => canonicalJson(turned(place, rotation)) === wanted);
      return { ...edit, place: found ?? turned(edit.place, -rotation) };
    }
    default:
      return edit;
  }
}

export function turnedHint(hint: Hint, degrees: number): Hint {
  return mapPlaces(hint, place => turned(place, degrees));
}

export function turnedEntry(entry: PaletteEntry, degrees: number): PaletteEntry {
  return { ...entry, places: entry.places.map(place => turned(place, degrees)) };
}
