import { useState } from 'preact/hooks';
import { placeInside } from '../../../kernels/hints/polygon.ts';
import { addHint } from '../state/hint-actions.ts';
import type { State } from '../state/store.ts';
import { CENTER, type Point, pointByKey, pointUnder } from './point.ts';

/** A step of the cross by an arrow key, in shares of the picture. */
const KEY_STEP = 0.02;
/** A corner this near to the first or the last one, in shares of the picture's width, closes the polygon. */
const CLOSE = 0.012;

/**
 * Draws a polygon: each click puts a corner, one on the first corner or twice on the last closes it. By keyboard: arrows move the
 * cross, Enter puts a corner, Backspace takes the last one away.
 */
export function PolygonTool({ review }: { review: State }) {
  const [corners, setCorners] = useState<readonly Point[]>([]);
  const [cross, setCross] = useState<Point>();
  const { width, height } = review.project!.film;
  const near = (one: Point, other: Point) => Math.hypot(one.x - other.x, ((one.y - other.y) * height) / width) <= CLOSE;
  const closes = (at: Point) => corners.length >= 3 && (near(at, corners[0]!) || near(at, corners.at(-1)!));
  const put = (at: Point) => {
    if (closes(at)) {
      setCorners([]);
      const polygon = corners.map(({ x, y }): [number, number] => [x, y]);
      void addHint({ ...placeInside(polygon), polygon });
    } else if (!corners.some(corner => near(at, corner))) setCorners([...corners, at]);
  };
  const key = (event: KeyboardEvent) => {
    const from = cross ?? CENTER;
    const moved = pointByKey(from, event.key, KEY_STEP);
    if (moved) setCross(moved);
    else if (event.key === 'Enter') put(from);
    else if (event.key === 'Backspace') setCorners(corners.slice(0, -1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const points = [...corners, ...(cross && corners.length > 0 ? [cross] : [])];
  return (
    <button
      type="button"
      class="bare brush polygon"
      aria-label="Draw a polygon on the picture: arrow keys move the cross, Enter puts a corner, Enter on the first corner closes it, Backspace takes one away"
      onPointerMove={event => setCross(pointUnder(event))}
      onPointerDown={event => event.button === 0 && put(pointUnder(event))}
      onKeyDown={key}
    >
      <svg class="stroke" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <polygon
          class={cross && closes(cross) ? 'closing' : ''}
          fill={`${review.color}66`}
          points={points.map(({ x, y }) => `${x * width},${y * height}`).join(' ')}
        />
      </svg>
      {corners.map(({ x, y }) => (
        <span class="corner" key={`${x} ${y}`} style={{ left: `${x * 100}%`, top: `${y * 100}%` }} />
      ))}
      {cross && <span class="cross" style={{ left: `${cross.x * 100}%`, top: `${cross.y * 100}%`, width: '10px' }} />}
    </button>
  );
}
