import { turned } from '../media/film/shown-picture.ts';
import type { Edit } from '../media/plan/edit.ts';
import type { PaletteEntry } from '../media/plan/hint.ts';
import { canonicalJson, type Plan } from '../media/plan/plan.ts';

/** An edit made on the picture as the page shows it, upright, as the plan says it: on the film's coded picture. `rotation`: the film's. */
export function turnedEdit(edit: Edit, rotation: number, plan: Plan): Edit {
  if (rotation === 0) return edit;
  switch (edit.kind) {
    case 'hint-add':
      return { ...edit, hint: turned(edit.hint, -rotation) };
    case 'hint-remove': {
      // A hint is known by its very numbers, which turning there and back would round.
      const hints = plan.shots
        .flatMap(({ keyframes }) => keyframes.filter(({ index }) => index === edit.index))
        .flatMap(({ hints }) => hints ?? []);
      const wanted = canonicalJson(edit.hint);
      return {
        ...edit,
        hint: hints.find(hint => canonicalJson(turned(hint, rotation)) === wanted) ?? turned(edit.hint, -rotation),
      };
    }
    case 'palette':
      return { ...edit, entry: turnedEntry(edit.entry, -rotation) };
    default:
      return edit;
  }
}

export function turnedEntry(entry: PaletteEntry, degrees: number): PaletteEntry {
  return { ...entry, places: entry.places.map(place => turned(place, degrees)) };
}
