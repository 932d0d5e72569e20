import { nearCells } from '../../src/kernels/hints/near-cells.ts';

/** Places across and down that are looked at, and the least distance between two hints in places. */
const PLACES = { across: 16, down: 9, apart: 3 };
/** Of a dot (the page's own), and of the region whose colour is looked at, as shares of the shorter side. */
export const RADIUS = 0.03;
const REGION = 0.1;

/** A position in shares of the picture. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Cb and Cr, in any unit. */
export interface ChromaPlanes {
  readonly cb: ArrayLike<number>;
  readonly cr: ArrayLike<number>;
}

/**
 * Where a person would put the next hint: in the region where a picture is most wrong as a whole, not beside one already tried,
 * the dot that is most wrong: inside a thing, since errors differ across its edge. With the dot's cells, and how wrong the region
 * is; undefined where all has been tried.
 */
export function worstPlace(
  picture: ChromaPlanes,
  truth: ChromaPlanes,
  size: { readonly width: number; readonly height: number },
  tried: readonly Place[],
): (Place & { readonly cells: readonly number[]; readonly error: number }) | undefined {
  const shorter = Math.min(size.width, size.height);
  const errorAround = (place: Place, radius: number) => {
    const off = { cb: 0, cr: 0 };
    for (const at of nearCells(size, place, radius * shorter))
      for (const plane of ['cb', 'cr'] as const) off[plane] += picture[plane][at]! - truth[plane][at]!;
    return Math.hypot(off.cb, off.cr);
  };
  const places = Array.from({ length: PLACES.across * PLACES.down }, (_, place) => ({
    x: ((place % PLACES.across) + 0.5) / PLACES.across,
    y: (Math.floor(place / PLACES.across) + 0.5) / PLACES.down,
  })).filter(({ x, y }) =>
    tried.every(other => Math.hypot((x - other.x) * PLACES.across, (y - other.y) * PLACES.down) >= PLACES.apart),
  );
  const region = mostWrong(places, place => errorAround(place, REGION));
  if (!region) return undefined;
  const inRegion = nearCells(size, region, REGION * shorter).map(at => ({
    x: ((at % size.width) + 0.5) / size.width,
    y: (Math.floor(at / size.width) + 0.5) / size.height,
  }));
  const place = mostWrong(inRegion, spot => errorAround(spot, RADIUS))!;
  return { ...place, cells: nearCells(size, place, RADIUS * shorter), error: errorAround(region, REGION) };
}

/** The place of the largest error. */
function mostWrong(places: readonly Place[], errorAt: (place: Place) => number): Place | undefined {
  const [worst] = places.map(place => ({ place, error: errorAt(place) })).sort((a, b) => b.error - a.error);
  return worst?.place;
}
