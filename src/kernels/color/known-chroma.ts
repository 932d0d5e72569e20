import { resizeArea } from '../filters/resample.ts';

/** A cell counts as known if known chroma covers at least this share of it. A painted dot of one pixel is still a hint. */
const KNOWN_SHARE = 0.01;

/** Chroma known in some places only. `chroma`: Cb plane, then Cr plane. `mask`: 1 where known, else 0. */
export interface KnownChroma {
  readonly chroma: Float32Array;
  readonly mask: Float32Array;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Resamples known chroma to another grid: the mean of the known samples in each cell, and a mask of the cells that have any. */
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
