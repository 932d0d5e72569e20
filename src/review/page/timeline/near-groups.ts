/** Pixels that marks on the timeline lie apart at least, so that each can be hit. */
export const LEAST_APART = 24;

/**
 * Items in groups that can be hit, however many there are: those whose places (pixels, rising) lie nearer than `LEAST_APART` to
 * the first of a group are in it.
 */
export function nearGroups<Item>(items: readonly Item[], placeOf: (item: Item) => number): Item[][] {
  const groups: { readonly from: number; readonly items: Item[] }[] = [];
  for (const item of items) {
    const place = placeOf(item);
    const last = groups.at(-1);
    if (last && place - last.from < LEAST_APART) last.items.push(item);
    else groups.push({ from: place, items: [item] });
  }
  return groups.map(({ items }) => items);
}
