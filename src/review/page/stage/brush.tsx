import { useRef, useState } from 'preact/hooks';
import { say } from '../state/actions.ts';
import { addHint, chosenRegion, correctRegion, placePalette, removeHint } from '../state/hint-actions.ts';
import { keyframeOn, type State, state, update } from '../state/store.ts';
import { colorAt } from './draw.ts';
import { isErased } from './eraser.ts';
import { CENTER, clamp, type Point, pointByKey, pointUnder } from './point.ts';

/** A step of the cross by an arrow key, in shares of the picture. */
const KEY_STEP = 0.02;
/**
 * A pointer that went less than this share of the brush's radius has painted a dot, no stroke; a stroke has a point each so far.
 */
const STEP = 0.4;
/** By a notch of the wheel, how far a fill goes. */
const FILL_STEP = 0.04;

/** What takes clicks and strokes while a tool is in hand. By keyboard: arrows move the cross, Enter uses it. */
export function Brush({ review, canvas }: { review: State; canvas: { current: HTMLCanvasElement | null } }) {
  const [cross, setCross] = useState<Point>();
  const [stroke, setStroke] = useState<readonly Point[]>([]);
  const held = useRef<readonly Point[]>([]);
  const { film } = review.project!;
  const { tool } = review;
  const shorter = Math.min(film.width, film.height);
  const draws = tool === 'hint' || tool === 'add' || tool === 'subtract';
  const apart = (one: Point, other: Point) =>
    Math.hypot((one.x - other.x) * film.width, (one.y - other.y) * film.height) / (review.radius * shorter);
  const point = (place: Point) => {
    setCross(place);
    if (tool === 'fill') update({ pointed: place });
  };
  const hold = (places: readonly Point[]) => {
    held.current = places;
    setStroke(places);
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const place = pointUnder(event);
    if (draws) {
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      hold([place]);
    } else use(place, canvas.current!);
  };
  const move = (event: PointerEvent) => {
    const place = pointUnder(event);
    point(place);
    if (held.current.length === 0) {
      if (tool === 'erase' && event.buttons === 1) use(place, canvas.current!);
      return;
    }
    if (apart(place, held.current.at(-1)!) >= STEP) hold([...held.current, place]);
  };
  const up = () => {
    const places = held.current;
    hold([]);
    const [first] = places;
    if (first) draw(places);
  };
  const key = (event: KeyboardEvent) => {
    const from = cross ?? CENTER;
    const moved = pointByKey(from, event.key, KEY_STEP);
    if (moved) point(moved);
    else if (event.key === 'Enter') {
      if (draws) draw([from]);
      else use(from, canvas.current!);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const wheel = (event: WheelEvent) => {
    if (tool !== 'fill' || event.ctrlKey) return;
    event.preventDefault();
    update({ fill: clamp(review.fill + (event.deltaY < 0 ? FILL_STEP : -FILL_STEP)) });
  };
  const radius = draws || tool === 'erase' ? review.radius : 0.012;
  const wide = `${((radius * 2 * shorter) / film.width) * 100}%`;
  return (
    <button
      type="button"
      class={`bare brush ${typeof tool === 'string' ? tool : 'place'}`}
      aria-label="Use the tool on the picture: arrow keys move the cross, Enter uses it"
      onPointerMove={move}
      onPointerLeave={() => held.current.length === 0 && setCross(undefined)}
      onPointerDown={down}
      onPointerUp={up}
      onPointerCancel={() => hold([])}
      onKeyDown={key}
      onWheel={wheel}
    >
      {stroke.map(({ x, y }, number) => (
        <span
          class="blot"
          key={number}
          style={{ left: `${x * 100}%`, top: `${y * 100}%`, width: wide, backgroundColor: inkOf(review) }}
        />
      ))}
      {cross && (
        <span
          class="cross"
          style={{
            left: `${cross.x * 100}%`,
            top: `${cross.y * 100}%`,
            width: wide,
            backgroundColor: draws ? `${inkOf(review)}80` : 'transparent',
          }}
        />
      )}
    </button>
  );
}

/** What a stroke is drawn in: the colour that it will have, or black where it takes away. */
function inkOf(review: State): string {
  if (review.tool === 'subtract') return '#000000';
  return review.tool === 'add' ? (chosenRegion(review)?.color ?? review.color) : review.color;
}

/** Use a tool that draws, along these places. */
function draw(places: readonly Point[]): void {
  const { tool } = state();
  const path = places.map(({ x, y }): [number, number] => [x, y]);
  if (tool === 'add' || tool === 'subtract') void correctRegion(tool, path);
  else void addHint({ ...places[0]!, ...(path.length > 1 && { path }) });
}

function use({ x, y }: Point, canvas: HTMLCanvasElement): void {
  const { tool, view, fill } = state();
  if (tool === 'fill') void addHint({ x, y, fill });
  else if (tool === 'pick') {
    const color = colorAt(canvas, view === 'side' ? (1 + x) / 2 : x, y);
    update({ color, tool: 'hint' });
    say(`Picked ${color}.`);
  } else if (tool === 'erase') erase({ x, y });
  else if (typeof tool === 'object') void placePalette(tool.place, x, y);
}

/** The hints of this keyframe that the eraser touches go. */
function erase(at: Point): void {
  const { project, frame, radius } = state();
  for (const hint of keyframeOn(project!, frame)?.hints ?? [])
    if (hint.id && isErased(hint, { at, radius }, project!.film)) void removeHint({ index: frame, id: hint.id });
}
