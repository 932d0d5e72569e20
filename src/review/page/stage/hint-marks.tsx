import { useRef } from 'preact/hooks';
import { type Hint, isRegion } from '../../../media/plan/hint.ts';
import type { HintLanes } from '../../contract.ts';
import { edit } from '../state/actions.ts';
import { changeHint, round } from '../state/hint-actions.ts';
import { keyframeOn, type State, update } from '../state/store.ts';
import { inPicture, type Point, pointByKey } from './point.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels that a pointer may slip without having dragged. */
const SLIP = 3;
/** A step of a mark by an arrow key, in shares of the picture. */
const KEY_STEP = 0.005;
/** Pixels across that a mark has at least, to be hit. */
const LEAST = 14;

/**
 * Where hints and palette colours lie on this frame: rings where they were painted here, dashed where they came from another
 * keyframe. A click chooses one, a drag moves it. With a tool in hand they let the click through.
 */
export function HintMarks({ review, size, lanes }: { review: State; size: Size; lanes: HintLanes | undefined }) {
  const project = review.project!;
  const { frame } = review;
  const placed = project.palette.flatMap(entry =>
    entry.places.filter(place => place.index === frame).map(place => ({ place, entry })),
  );
  const carried = (lanes?.lanes ?? []).flatMap(lane => {
    const place = lane.index === frame ? null : lane.places[frame - lanes!.start];
    return place ? [{ lane, place }] : [];
  });
  return (
    <div class={review.tool === 'none' ? 'marks' : 'marks through'}>
      {carried.map(({ lane, place: [x, y] }) => (
        <span
          class="mark carried"
          key={`${lane.index} ${lane.id ?? lane.name} ${x} ${y}`}
          title={`${lane.name ?? lane.color}, painted on frame ${lane.index}`}
          style={{ left: `${x * 100}%`, top: `${y * 100}%` }}
        >
          <span class="dot" style={{ backgroundColor: lane.color }} />
        </span>
      ))}
      {(keyframeOn(project, frame)?.hints ?? []).map((hint, number) => (
        <Mark key={hint.id ?? number} hint={hint} number={number} review={review} size={size} />
      ))}
      {placed.map(({ entry, place }) => (
        <button
          type="button"
          class="bare mark square"
          key={`${entry.name} ${place.x} ${place.y}`}
          aria-label={`${entry.name}, ${entry.color}: take away from here`}
          title={`${entry.name}: take away from here`}
          style={{ left: `${place.x * 100}%`, top: `${place.y * 100}%`, width: '18px' }}
          onClick={() =>
            void edit({ kind: 'palette-unplace', name: entry.name, place }, `${entry.name} taken away from frame ${frame}.`)
          }
        >
          <span class="dot" style={{ backgroundColor: entry.color }} />
        </button>
      ))}
    </div>
  );
}

function Mark({ hint, number, review, size }: { hint: Hint; number: number; review: State; size: Size }) {
  const from = useRef<Point | undefined>(undefined);
  const chosen = { index: review.frame, id: hint.id! };
  const { dragged } = review;
  const moving = dragged && dragged.id === hint.id ? dragged.set : undefined;
  const [x, y] = [moving?.x ?? hint.x, moving?.y ?? hint.y];
  const isChosen = review.chosen?.id === hint.id;
  const moveTo = ({ x, y }: Point) => changeHint(chosen, { x: round(x), y: round(y) }, `Hint ${number + 1} moved.`);
  const drag = (event: PointerEvent) => {
    if (!from.current) return;
    const by = { x: event.clientX - from.current.x, y: event.clientY - from.current.y };
    if (!dragged && Math.hypot(by.x, by.y) < SLIP) return;
    const set = inPicture({ x: hint.x + by.x / size.width, y: hint.y + by.y / size.height });
    update({ dragged: { ...chosen, set } });
  };
  const drop = () => {
    from.current = undefined;
    if (!moving) return;
    void moveTo({ x, y }).finally(() => update({ dragged: undefined }));
  };
  const key = (event: KeyboardEvent) => {
    const moved = pointByKey(hint, event.key, KEY_STEP);
    if (!moved) return;
    event.preventDefault();
    event.stopPropagation();
    void moveTo(moved);
  };
  const shorter = Math.min(size.width, size.height);
  return (
    <>
      {hint.path && hint.path.length > 1 && (
        <svg class="stroke" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
          <polyline
            points={hint.path.map(([px, py]) => `${(px + x - hint.x) * size.width},${(py + y - hint.y) * size.height}`).join(' ')}
          />
        </svg>
      )}
      {hint.polygon && (
        <svg class="stroke" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
          <polygon
            class="outline"
            points={hint.polygon
              .map(([px, py]) => `${(px + x - hint.x) * size.width},${(py + y - hint.y) * size.height}`)
              .join(' ')}
          />
        </svg>
      )}
      <button
        type="button"
        class={`bare mark ${isRegion(hint) ? 'filled' : ''} ${isChosen ? 'chosen' : ''}`}
        aria-label={`Hint ${number + 1}, ${hint.name ?? hint.color}: choose, arrow keys move it`}
        aria-pressed={isChosen}
        title={`${hint.name ?? hint.color}: click to change, drag to move`}
        style={{
          left: `${x * 100}%`,
          top: `${y * 100}%`,
          width: `${Math.max(LEAST, (isRegion(hint) ? 0 : hint.radius * 2) * shorter)}px`,
        }}
        onPointerDown={event => {
          from.current = { x: event.clientX, y: event.clientY };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={drag}
        onPointerUp={drop}
        onPointerCancel={() => {
          from.current = undefined;
          update({ dragged: undefined });
        }}
        onClick={() => update({ chosen: isChosen && !dragged ? undefined : chosen })}
        onKeyDown={key}
      >
        <span class="dot" style={{ backgroundColor: hint.color }} />
      </button>
    </>
  );
}
