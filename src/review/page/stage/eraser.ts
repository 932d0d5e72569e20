import { isInPolygon } from '../../../kernels/hints/polygon.ts';
import type { Hint } from '../../../media/plan/hint.ts';

interface Eraser {
  readonly at: { readonly x: number; readonly y: number };
  /** In shares of the picture's shorter side, as that of a hint. */
  readonly radius: number;
}

/** Whether an eraser touches a hint: its dot, its stroke, or anything that its polygon holds. `film`: its size, for its shape. */
export function isErased(hint: Hint, { at, radius }: Eraser, film: { readonly width: number; readonly height: number }): boolean {
  if (hint.polygon && isInPolygon(hint.polygon, at)) return true;
  const reach = (radius + hint.radius) * Math.min(film.width, film.height);
  const places = hint.path ?? [[hint.x, hint.y] as const];
  return places.some(([x, y]) => Math.hypot((x - at.x) * film.width, (y - at.y) * film.height) <= reach);
}
