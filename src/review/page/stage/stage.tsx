import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { playedFrame } from '../state/film-player.ts';
import { useLanes } from '../state/lanes.ts';
import { forgetFailed, pictureOf, useArrivals } from '../state/pictures.ts';
import { prefetch } from '../state/playback.ts';
import { useProxyFrame } from '../state/proxy-frame.ts';
import { sidesOf } from '../state/shown.ts';
import { type Standing, standing } from '../state/standing.ts';
import { type State, shotAt } from '../state/store.ts';
import { versionTitle } from '../state/versions.ts';
import { Brush } from './brush.tsx';
import { type Drawn, drawSides } from './draw.ts';
import { gradedAsPlanned } from './graded-picture.ts';
import { HintMarks } from './hint-marks.tsx';
import { Onion, OnionControls } from './onion.tsx';
import { PolygonTool } from './polygon-tool.tsx';
import { RegionPreview, useRegion } from './region-preview.tsx';
import { setStageWidth, stageWidth } from './stage-size.ts';
import { Wipe } from './wipe.tsx';
import { onWheel, panBy } from './zoom.ts';

/** Around the fitted picture, in pixels: the wipe can be taken at its ends. */
const MARGIN = 8;
/** Rest before the next dozen frames are fetched while a person scrubs, in milliseconds. */
const PREFETCH_REST = 150;

/** The picture: before and after on a canvas, the wipe, and the marks of hints. */
export function Stage({ review }: { review: State }) {
  const project = review.project!;
  const { film } = project;
  const stageRef = useRef<HTMLDivElement>(null);
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<Drawn>({ frame: undefined, before: undefined, compared: undefined, after: undefined });
  const across = review.view === 'side' ? 2 : 1;
  const { fitted, room } = useFitted(stageRef, (across * film.width) / film.height, across);
  const arrived = useArrivals();
  const sides = sidesOf(review, review.frame, stageWidth());
  const played = review.compared ? undefined : playedFrame(review.frame);
  const [before, after] = played
    ? ([
        { state: 'here', picture: played.before },
        { state: 'here', picture: played.after },
      ] as const)
    : [pictureOf(sides.before), pictureOf(sides.after)];
  const isComing = before.state === 'coming' || after.state === 'coming';
  const ofShot = sides.kind === 'rendered' || sides.kind === 'earlier';
  const proxy = useProxyFrame(review, isComing && ofShot && !review.isPlaying);
  const looked = {
    project,
    frame: review.frame,
    view: review.view,
    compared: review.compared,
    link: review.link,
    // A version's picture is another.
    drawn: drawn.current.compared === review.compared ? drawn.current.frame : undefined,
  };
  const stands = standing({ ...looked, before: before.state, after: after.state, proxy: proxy !== undefined });
  useLayoutEffect(() => {
    const last = drawn.current;
    // Both at once: half of another frame would be taken for this one's.
    if (stands.kind === 'shown') {
      // The gray picture of a frame stays good whatever is done to its colour.
      const kept = looked.drawn === review.frame ? last.before : undefined;
      drawn.current = {
        frame: review.frame,
        compared: review.compared,
        before: before.picture ?? kept,
        after: after.picture,
      };
    }
    const pictures = (stands.kind === 'proxy' && proxy) || drawn.current;
    drawSides(canvasRef.current!, review, { before: pictures.before, after: gradedAsPlanned(review, pictures.after) });
  });
  useEffect(() => {
    const timer = setTimeout(() => played ?? prefetch(stageWidth()), PREFETCH_REST);
    return () => clearTimeout(timer);
  }, [review.frame, review.project, fitted.width, arrived]);
  const { tool, zoom } = review;
  const size = { width: fitted.width * zoom.scale, height: fitted.height * zoom.scale };
  const offset = offsetOf(size, room, zoom);
  const lanes = useLanes(shotAt(project, review.frame));
  const region = useRegion(review);
  const pan = (event: PointerEvent) => {
    const stage = event.currentTarget as HTMLElement;
    if (
      event.type === 'pointerdown' &&
      (event.button === 1 || (zoom.scale > 1 && tool === 'none' && event.target === canvasRef.current))
    )
      stage.setPointerCapture(event.pointerId);
    if (event.type === 'pointermove' && stage.hasPointerCapture(event.pointerId))
      panBy(-event.movementX / size.width, -event.movementY / size.height);
  };
  const wheel = (event: WheelEvent) => {
    if (tool === 'fill' && !event.ctrlKey) return;
    const box = canvasRef.current!.getBoundingClientRect();
    onWheel(event, { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height });
  };
  const working = { width: size.width / across, height: size.height };
  return (
    <section
      class={`stage ${stands.kind} ${zoom.scale > 1 ? 'enlarged' : ''}`}
      aria-label="Picture"
      aria-busy={stands.kind !== 'shown' && stands.kind !== 'failed'}
      ref={stageRef}
      onPointerDown={pan}
      onPointerMove={pan}
      onWheel={wheel}
    >
      <div
        class="picture"
        style={{ width: `${size.width}px`, height: `${size.height}px`, left: `${offset.left}px`, top: `${offset.top}px` }}
      >
        <canvas
          ref={canvasRef}
          width={across * stageWidth()}
          height={Math.round((stageWidth() * film.height) / film.width)}
          role="img"
          aria-label={`Frame ${review.frame}, ${VIEWS[review.view]}`}
          data-frame={review.frame}
          data-played={played ? 'film' : ''}
          data-ready={stands.kind === 'shown' ? (sides.after ?? sides.before) : ''}
        />
        <div class={review.view === 'side' ? 'over right' : 'over'}>
          {review.onion.isOn && <Onion review={review} />}
          {region && stands.clicks === 'taken' && review.marks === 'shown' && <RegionPreview {...region} />}
          {tool === 'none'
            ? review.view === 'wipe' && <Wipe wipe={review.wipe} />
            : stands.clicks === 'taken' &&
              (tool === 'polygon' ? <PolygonTool review={review} /> : <Brush review={review} canvas={canvasRef} />)}
          {stands.clicks === 'taken' && review.marks === 'shown' && <HintMarks review={review} size={working} lanes={lanes} />}
        </div>
      </div>
      <Captions review={review} stands={stands} />
      {review.onion.isOn && <OnionControls review={review} />}
    </section>
  );
}

const VIEWS = {
  before: 'before',
  after: 'after',
  wipe: 'before on the left, after on the right',
  side: 'before and after side by side',
} as const;

function Captions({ review, stands }: { review: State; stands: Standing }) {
  const { compared } = review;
  const titleOf = (version: string) => versionTitle(review.project!, version);
  return (
    <>
      {review.view !== 'after' && <p class="caption left">{compared ? titleOf(compared.one) : 'Before'}</p>}
      {review.view !== 'before' && stands.after !== 'none' && (
        <p class="caption right">{compared ? titleOf(compared.other) : 'After'}</p>
      )}
      {stands.note && (
        <p class={`caption note ${stands.kind}`} role="status">
          {stands.note}
          {stands.kind === 'failed' && (
            <button type="button" class="small" onClick={forgetFailed}>
              Ask again
            </button>
          )}
        </p>
      )}
    </>
  );
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function offsetOf(size: Size, room: Size, zoom: { x: number; y: number }): { left: number; top: number } {
  const along = (length: number, space: number, middle: number) =>
    length <= space ? (space - length) / 2 : Math.min(0, Math.max(space - length, space / 2 - middle * length));
  return { left: along(size.width, room.width, zoom.x), top: along(size.height, room.height, zoom.y) };
}

/** The largest size of this shape (width / height) that fits into an element, and the element's own. */
function useFitted(element: { current: HTMLElement | null }, shape: number, across: number) {
  const [size, setSize] = useState({ fitted: { width: 640, height: 640 / shape }, room: { width: 640, height: 640 / shape } });
  useLayoutEffect(() => {
    const fill = () => {
      const room = { width: element.current!.clientWidth, height: element.current!.clientHeight };
      const width = Math.floor(Math.min(room.width - 2 * MARGIN, (room.height - 2 * MARGIN) * shape));
      setStageWidth(width / across);
      setSize({ fitted: { width, height: Math.round(width / shape) }, room });
    };
    const observer = new ResizeObserver(fill);
    observer.observe(element.current!);
    fill();
    return () => observer.disconnect();
  }, [shape, across]);
  return size;
}
