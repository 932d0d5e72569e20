import { useLayoutEffect, useRef } from 'preact/hooks';
import { isDragged } from '../parts/drag.ts';
import { frameUnder, leftOf } from '../parts/frame-axis.ts';
import { Icon } from '../parts/icons.tsx';
import { useWidth } from '../parts/use-width.ts';
import { seek } from '../state/actions.ts';
import { verdictOf } from '../state/shot-filter.ts';
import { clock, type State, secondsAt, shotAt } from '../state/store.ts';
import { useThumbnail } from '../state/thumbnails.ts';
import { drawLane } from './draw-lane.ts';
import { laneColumns } from './film-lane.ts';
import { type FilmSlot, filmRange, filmSlots, thumbnailAddress } from './film-slots.ts';
import { ShotButtons, stateInWords } from './shot-buttons.tsx';

/** Pixels: a thumbnail's height, and the width that is asked for, twice what is shown, for dense screens. */
const THUMBNAIL = { height: 40, width: 160 } as const;

/** The whole film in one strip: as many thumbnails as fit, what is rendered, and what was said of each shot. */
export function FilmStrip({ review }: { review: State }) {
  const project = review.project!;
  const { film, shots } = project;
  const strip = useRef<HTMLDivElement>(null);
  const width = useWidth(strip);
  const { first, end } = filmRange(project);
  const shot = shotAt(project, review.frame);
  const across = Math.max(24, Math.round((THUMBNAIL.height * film.width) / film.height));
  const slots = filmSlots(project, Math.max(1, Math.round(width / across)));
  const move = (event: PointerEvent) => {
    if (isDragged(event)) seek(frameUnder(event, event.currentTarget as HTMLElement, { start: first, end }));
  };
  const key = (event: KeyboardEvent) => {
    const leap = Math.max(1, Math.round((end - first) / slots.length));
    const to = {
      ArrowLeft: shots[shot.number - 1]?.start ?? first,
      ArrowRight: shots[shot.number + 1]?.start ?? end - 1,
      PageUp: Math.max(first, review.frame - leap),
      PageDown: Math.min(end - 1, review.frame + leap),
      Home: first,
      End: end - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    seek(to);
  };
  const state = `${stateInWords(shot, review)}, ${verdictOf(shot)}`;
  return (
    <section class="film" aria-label="Timeline of the film">
      <p class="film-legend">
        <strong>
          Shot {shot.number + 1} of {shots.length}
        </strong>
        <small class={shot.state === 'rendered' ? '' : 'notice'}>
          <Icon name={shot.state === 'rendered' ? 'done' : shot.state} /> {stateInWords(shot, review)}
        </small>
        {shot.review?.status && <small class={`verdict ${shot.review.status}`}>{verdictOf(shot)}</small>}
      </p>
      <div class="film-strip">
        <div
          ref={strip}
          class="film-slider"
          role="slider"
          tabIndex={0}
          aria-label="Place in the film"
          aria-valuemin={first}
          aria-valuemax={end - 1}
          aria-valuenow={review.frame}
          aria-valuetext={`Frame ${review.frame}, ${clock(secondsAt(project, review.frame))}, shot ${shot.number + 1}, ${state}`}
          title="Click or drag to go there; arrow keys go from shot to shot, Page Up and Page Down by a thumbnail"
          onPointerDown={move}
          onPointerMove={move}
          onKeyDown={key}
        >
          <div class="thumbnails" style={{ height: `${THUMBNAIL.height}px` }}>
            {slots.map((slot, place) => (
              <Thumbnail key={place} slot={slot} />
            ))}
          </div>
          <Lane review={review} width={width} />
          <span class="film-head" style={{ left: leftOf(review.frame, { start: first, end }) }} />
        </div>
        <ShotButtons review={review} width={width} />
      </div>
    </section>
  );
}

function Thumbnail({ slot }: { slot: FilmSlot }) {
  const path = thumbnailAddress(slot, THUMBNAIL.width);
  const address = useThumbnail(path);
  return (
    <span class="thumbnail" data-shot={slot.shot.number} data-path={path}>
      {address && <img src={address} alt="" draggable={false} />}
    </span>
  );
}

function Lane({ review, width }: { review: State; width: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { project, filter } = review;
  useLayoutEffect(() => {
    drawLane(canvas.current!, laneColumns(project!.shots, width, filter));
  }, [project, filter, width]);
  return <canvas ref={canvas} class="film-lane" width={width} height={12} />;
}
