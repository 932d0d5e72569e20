import { resizeArea } from '../filters/resample.ts';

/** Share of a cell that known chroma must cover for the cell to be known: a painted dot of one pixel is still a hint. */
const KNOWN_SHARE = 0.01;

/** Chroma that is known in places: two planes (Cb, Cr) one after the other, and 1 where it is known, else 0. */
export interface KnownChroma {
  readonly chroma: Float32Array;
  readonly mask: Float32Array;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Known chroma on another grid: the mean of what is known in each cell, and a mask of the cells in which anything is. */
export function resizeKnown({ chroma, mask }: KnownChroma, from: Size, to: Size): KnownChroma {
  const onGrid = (data: Float32Array) => resizeArea({ ...from, data }, to.width, to.height).data;
  const before = from.width * from.height;
  const share = onGrid(mask);
  const cb = onGrid(chroma.subarray(0, before).map((value, i) => value * mask[i]!));
  const cr = onGrid(chroma.subarray(before).map((value, i) => value * mask[i]!));
  const cells = to.width * to.height;
  const known = { chroma: new Float32Array(2 * cells), mask: new Float32Array(cells) };
  for (let i = 0; i < cells; i++) {
    if (share[i]! < KNOWN_SHARE) continue;
    known.mask[i] = 1;
    known.chroma[i] = cb[i]! / share[i]!;
    known.chroma[cells + i] = cr[i]! / share[i]!;
  }
  return known;
}
