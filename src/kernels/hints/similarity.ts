interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where a place was, and where it is. */
export interface Moved {
  readonly from: Place;
  readonly to: Place;
}

/** A place agrees with a mapping that misses it by at most this, in the places' units. */
const AGREES = 0.02;
/** Changes of scale beyond this, up or down, are taken for tracking errors. */
const MAX_SCALE = 2;

/**
 * The similarity (shift, turn, scale) that most of some moved places agree on, fitted to these by least squares. Of fewer than
 * two that agree: the shift of the first. Deterministic. At least one place.
 */
export function similarity(places: readonly Moved[]): (place: Place) => Place {
  const [first] = places;
  let best = { map: shiftOf(first!), agreeing: agreeingWith(shiftOf(first!), places) };
  for (const [at, one] of places.entries())
    for (const other of places.slice(at + 1)) {
      const map = fitted([one, other]);
      const agreeing = map ? agreeingWith(map, places) : [];
      if (map && agreeing.length > best.agreeing.length) best = { map, agreeing };
    }
  return fitted(best.agreeing) ?? best.map;
}

const agreeingWith = (map: (place: Place) => Place, places: readonly Moved[]) =>
  places.filter(({ from, to }) => {
    const there = map(from);
    return Math.hypot(there.x - to.x, there.y - to.y) <= AGREES;
  });

const shiftOf =
  ({ from, to }: Moved) =>
  ({ x, y }: Place): Place => ({ x: x + to.x - from.x, y: y + to.y - from.y });

/** Least squares; undefined where the places coincide or the scale is implausible. */
function fitted(places: readonly Moved[]): ((place: Place) => Place) | undefined {
  const count = places.length;
  const mean = (of: (one: Moved) => number) => places.reduce((sum, one) => sum + of(one), 0) / count;
  const from = { x: mean(one => one.from.x), y: mean(one => one.from.y) };
  const to = { x: mean(one => one.to.x), y: mean(one => one.to.y) };
  let [cos, sin, size] = [0, 0, 0];
  for (const one of places) {
    const [x, y] = [one.from.x - from.x, one.from.y - from.y];
    const [u, v] = [one.to.x - to.x, one.to.y - to.y];
    cos += x * u + y * v;
    sin += x * v - y * u;
    size += x * x + y * y;
  }
  if (size === 0) return undefined;
  [cos, sin] = [cos / size, sin / size];
  const scale = Math.hypot(cos, sin);
  if (scale > MAX_SCALE || scale < 1 / MAX_SCALE) return undefined;
  return ({ x, y }) => ({
    x: to.x + cos * (x - from.x) - sin * (y - from.y),
    y: to.y + sin * (x - from.x) + cos * (y - from.y),
  });
}
