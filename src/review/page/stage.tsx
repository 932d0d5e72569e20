import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { addHint, placePalette, say, show } from './actions.ts';
import { colorAt, drawSides } from './draw.ts';
import { HintMarks } from './hint-marks.tsx';
import { onPicture, pictureOf } from './pictures.ts';
import { prefetch } from './playback.ts';
import { isRecolored, sidesOf } from './shown.ts';
import { setStageWidth, stageWidth } from './stage-size.ts';
import { keyframeAt, type State, shotAt, state, update } from './store.ts';

/** A step of the wipe and of the brush by an arrow key, in shares of the picture. */
const KEY_STEP = 0.02;
/** Rest before the next dozen frames are fetched while a person scrubs, in milliseconds. */
const PREFETCH_REST = 150;

/** The picture: before and after on a canvas, the wipe, and the marks of hints. */
export function Stage({ review }: { review: State }) {
  const project = review.project!;
  const frameRef = useRef<HTMLDivElement>(null);
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const size = useFitted(frameRef, project.film.width / project.film.height);
  const [arrived, setArrived] = useState(0);
  useEffect(() => onPicture(() => setArrived(count => count + 1)), []);
  const { before, after } = sidesOf(review, review.frame, stageWidth());
  const pictures = { before: pictureOf(before), after: pictureOf(after) };
  useLayoutEffect(() => drawSides(canvasRef.current!, review, pictures.before, pictures.after));
  useEffect(() => {
    const timer = setTimeout(() => prefetch(stageWidth()), PREFETCH_REST);
    return () => clearTimeout(timer);
  }, [review.frame, review.project, size.width, arrived]);
  const { tool } = review;
  return (
    <section class="stage" aria-label="Picture" ref={frameRef}>
      <div class="picture" style={{ width: `${size.width}px`, height: `${size.height}px` }}>
        <canvas
          ref={canvasRef}
          width={stageWidth()}
          height={Math.round((stageWidth() * project.film.height) / project.film.width)}
          role="img"
          aria-label={`Frame ${review.frame}, ${review.view === 'wipe' ? 'before on the left, after on the right' : review.view}`}
          data-ready={pictures.before !== undefined && pictures.after !== undefined ? after : ''}
        />
        {tool === 'none' ? review.view === 'wipe' && <Wipe wipe={review.wipe} /> : <Brush review={review} canvas={canvasRef} />}
        {keyframeAt(project, review.frame) && <HintMarks review={review} size={size} />}
        <Captions review={review} rendered={pictures.after !== 'none'} />
      </div>
    </section>
  );
}

function Captions({ review, rendered }: { review: State; rendered: boolean }) {
  const shot = shotAt(review.project!, review.frame);
  const after = !rendered
    ? `Shot ${shot.number + 1} is not rendered yet`
    : isRecolored(review, review.frame)
      ? 'Keyframe, as planned now'
      : shot.state === 'rendered'
        ? 'After'
        : 'After, before the last changes';
  return (
    <>
      {review.view !== 'after' && <p class="caption left">Before</p>}
      {(review.view !== 'before' || !rendered) && <p class="caption right">{after}</p>}
    </>
  );
}

function Wipe({ wipe }: { wipe: number }) {
  const drag = (event: PointerEvent) => {
    const handle = event.currentTarget as HTMLElement;
    if (event.type === 'pointerdown') handle.setPointerCapture(event.pointerId);
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const box = handle.parentElement!.getBoundingClientRect();
    show({ wipe: (event.clientX - box.left) / box.width });
  };
  const step = (event: KeyboardEvent) => {
    const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    const end = { Home: 0, End: 1 }[event.key];
    if (direction === undefined && end === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    show({ wipe: end ?? wipe + direction! * KEY_STEP });
  };
  return (
    <div
      class="wipe"
      role="slider"
      tabIndex={0}
      aria-label="Wipe between before and after"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(wipe * 100)}
      aria-valuetext={`${Math.round(wipe * 100)} percent before`}
      style={{ left: `${wipe * 100}%` }}
      onPointerDown={drag}
      onPointerMove={drag}
      onKeyDown={step}
    >
      <span class="grip" />
    </div>
  );
}

/** What takes clicks while a tool is in hand. By keyboard: arrows move the cross, Enter uses it. */
function Brush({ review, canvas }: { review: State; canvas: { current: HTMLCanvasElement | null } }) {
  const [cross, setCross] = useState<{ x: number; y: number }>();
  const { film } = review.project!;
  const act = (x: number, y: number) => {
    const { tool } = state();
    if (tool === 'hint') void addHint(x, y);
    else if (tool === 'pick') {
      const color = colorAt(canvas.current!, x, y);
      update({ color, tool: 'hint' });
      say(`Picked ${color}.`);
    } else if (tool !== 'none') void placePalette(tool.place, x, y);
  };
  const key = (event: KeyboardEvent) => {
    const at = cross ?? { x: 0.5, y: 0.5 };
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (move) setCross({ x: clamp(at.x + move[0]! * KEY_STEP), y: clamp(at.y + move[1]! * KEY_STEP) });
    else if (event.key === 'Enter') act(at.x, at.y);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const at = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return { x: clamp((event.clientX - box.left) / box.width), y: clamp((event.clientY - box.top) / box.height) };
  };
  const radius = review.tool === 'hint' ? review.radius : 0.012;
  const across = radius * 2 * Math.min(film.width, film.height);
  return (
    <button
      type="button"
      class="bare brush"
      aria-label="Use the tool on the picture: arrow keys move the cross, Enter uses it"
      onPointerMove={event => setCross(at(event))}
      onPointerLeave={() => setCross(undefined)}
      onPointerDown={event => act(at(event).x, at(event).y)}
      onKeyDown={key}
    >
      {cross && (
        <span
          class="cross"
          style={{
            left: `${cross.x * 100}%`,
            top: `${cross.y * 100}%`,
            width: `${(across / film.width) * 100}%`,
            backgroundColor: review.tool === 'hint' ? `${review.color}80` : 'transparent',
          }}
        />
      )}
    </button>
  );
}

const clamp = (share: number) => Math.max(0, Math.min(1, share));

/** The largest size of this shape (width / height) that fits into an element. */
function useFitted(element: { current: HTMLElement | null }, shape: number) {
  const [size, setSize] = useState({ width: 640, height: 640 / shape });
  useLayoutEffect(() => {
    const fill = () => {
      const style = getComputedStyle(element.current!);
      const room = {
        width: element.current!.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight),
        height: element.current!.clientHeight - Number.parseFloat(style.paddingTop) - Number.parseFloat(style.paddingBottom),
      };
      const width = Math.floor(Math.min(room.width, room.height * shape));
      setStageWidth(width);
      setSize({ width, height: Math.round(width / shape) });
    };
    const observer = new ResizeObserver(fill);
    observer.observe(element.current!);
    fill();
    return () => observer.disconnect();
  }, [shape]);
  return size;
}
