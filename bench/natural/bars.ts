import type { Plane } from '../../src/media/plane.ts';

/** Part of a picture, in pixels; right and bottom are exclusive. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A pixel up to this code (of 255) may belong to a bar: black of a scan is not quite black. */
const BLACK = 26;
/** A row or column is part of a bar where so much of it is black in every picture: scratches and rounded corners are spared. */
const MOST = 0.95;

/** What black bars at the edges leave of pictures of one size; all of it where they would leave nothing. */
export function withoutBars(pictures: readonly Plane<Uint8Array>[]): Box {
  const { width, height } = pictures[0]!;
  const black = (at: number) => pictures.every(({ data }) => data[at]! <= BLACK);
  const isBar = (length: number, place: (along: number) => number) => {
    let count = 0;
    for (let along = 0; along < length; along++) if (black(place(along))) count++;
    return count >= MOST * length;
  };
  const rows = lit(height, y => isBar(width, x => y * width + x));
  const columns = lit(width, x => isBar(height, y => y * width + x));
  if (!rows || !columns) return { left: 0, top: 0, right: width, bottom: height };
  return { left: columns.first, right: columns.end, top: rows.first, bottom: rows.end };
}

function lit(length: number, isBar: (line: number) => boolean): { first: number; end: number } | undefined {
  let [first, end] = [0, length];
  while (first < end && isBar(first)) first++;
  while (end > first && isBar(end - 1)) end--;
  return first < end ? { first, end } : undefined;
}
