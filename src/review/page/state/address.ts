/** What of the view stands in the address behind the #, so that a reload finds all as it was. */
export interface Place {
  readonly frame: number;
  readonly view: View;
  /** Where before ends and after begins, 0..1 of the picture's width. */
  readonly wipe: number;
}
export type View = 'before' | 'wipe' | 'after' | 'side';

export const VIEW_NAMES: readonly { readonly name: View; readonly title: string; readonly what: string; readonly key: string }[] =
  [
    { name: 'before', title: 'Before', what: 'Before: the film as it was', key: '1' },
    { name: 'wipe', title: 'Wipe', what: 'Wipe: before on the left, after on the right', key: '2' },
    { name: 'after', title: 'After', what: 'After: the film in colour', key: '3' },
    { name: 'side', title: 'Side', what: 'Side by side: before and after, each whole', key: '4' },
  ];

/**
 * The place that an address names; what it does not name, or names wrongly, is the film's beginning with the wipe in the middle.
 */
export function readPlace(hash: string): Place {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  const frame = Math.floor(Number(words.get('frame')));
  const wipe = Number(words.get('wipe') ?? 0.5);
  return {
    frame: Math.max(0, frame || 0),
    view: VIEW_NAMES.find(({ name }) => name === words.get('view'))?.name ?? 'wipe',
    wipe: wipe >= 0 && wipe <= 1 ? wipe : 0.5,
  };
}

export function placeHash({ frame, view, wipe }: Place, shot: number): string {
  return `#frame=${frame}&shot=${shot}&view=${view}&wipe=${wipe.toFixed(3)}`;
}
