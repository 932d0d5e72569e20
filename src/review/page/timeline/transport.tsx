import { useEffect } from 'preact/hooks';
import { Icon } from '../parts/icons.tsx';
import { Segments } from '../parts/segments.tsx';
import { toggleOnion } from '../stage/onion.tsx';
import { stageWidth } from '../stage/stage-size.ts';
import { fullScreen, KEY_ZOOM, zoomBy, zoomOut } from '../stage/zoom.ts';
import { seek, show } from '../state/actions.ts';
import { VIEW_NAMES } from '../state/address.ts';
import { pause, play } from '../state/playback.ts';
import { playsHow, prepareFilm } from '../state/shot-films.ts';
import { clock, type State, secondsAt, shotAt, update } from '../state/store.ts';

/** Whether this browser plays the films that are made of finished shots. */
const PLAYS_FILMS = document.createElement('video').canPlayType('video/mp4; codecs="avc1.640028"') !== '';
const SINGLE_FRAMES = { word: 'silent', what: 'Plays single frames, without sound: this browser has no H.264' };
const VIEWS = VIEW_NAMES.map(({ name, title, what, key }) => ({ value: name, title, tooltip: `${what} (${key})` }));

/** Play, step, scrub, and which side is seen. */
export function Transport({ review }: { review: State }) {
  const project = review.project!;
  const { frame, isPlaying, loop, view, zoom } = review;
  const shot = shotAt(project, frame);
  const how = PLAYS_FILMS ? playsHow(shot) : SINGLE_FRAMES;
  useEffect(() => {
    if (PLAYS_FILMS) prepareFilm(shot);
  }, [shot.number, shot.shown]);
  const time = clock(secondsAt(project, frame));
  const last = project.film.frames - 1;
  return (
    <section class="transport" aria-label="Playback">
      <div class="buttons">
        <button
          type="button"
          class="quiet"
          aria-label="One frame back"
          title="One frame back (Left)"
          onClick={() => seek(frame - 1)}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          class="round"
          aria-label={isPlaying ? 'Pause' : 'Play'}
          title="Play or pause (Space)"
          onClick={() => (isPlaying ? pause() : play(stageWidth))}
        >
          <Icon name={isPlaying ? 'pause' : 'play'} />
        </button>
        <button
          type="button"
          class="quiet"
          aria-label="One frame on"
          title="One frame on (Right)"
          onClick={() => seek(frame + 1)}
        >
          <Icon name="forward" />
        </button>
      </div>
      <button
        type="button"
        class={`quiet loop ${loop === 'shot' ? 'chosen' : ''}`}
        aria-pressed={loop === 'shot'}
        title="Play this shot again and again (Shift Space)"
        onClick={() => update({ loop: loop === 'shot' ? 'off' : 'shot' })}
      >
        Loop
      </button>
      <p class="time" title={how.what}>
        <strong>{time}</strong> <span>frame {frame}</span> <small class="plays">{how.word}</small>
      </p>
      <input
        class="scrub"
        type="range"
        min={0}
        max={last}
        value={frame}
        aria-label="Frame of the film"
        aria-valuetext={`Frame ${frame} of ${last}, shot ${shot.number + 1}, ${time}`}
        onInput={event => seek(Number(event.currentTarget.value))}
      />
      <div class="buttons">
        <button
          type="button"
          class="quiet"
          aria-label="Smaller"
          title="Smaller (-)"
          disabled={zoom.scale === 1}
          onClick={() => zoomBy(1 / KEY_ZOOM)}
        >
          <Icon name="minus" />
        </button>
        <button type="button" class="quiet zoom" title="Fit the picture (0)" onClick={zoomOut}>
          {zoom.scale === 1 ? 'Fit' : `${Math.round(zoom.scale * 100)}%`}
        </button>
        <button type="button" class="quiet" aria-label="Larger" title="Larger (+)" onClick={() => zoomBy(KEY_ZOOM)}>
          <Icon name="plus" />
        </button>
        <button
          type="button"
          class="quiet"
          aria-label="Onion"
          aria-pressed={review.onion.isOn}
          title="Lay before, or the last render, over the picture (O)"
          onClick={toggleOnion}
        >
          <Icon name="onion" />
        </button>
        <button type="button" class="quiet" aria-label="Full screen" title="Full screen (F)" onClick={fullScreen}>
          <Icon name="full" />
        </button>
      </div>
      <Segments legend="View" options={VIEWS} value={view} onChoose={view => show({ view })} />
    </section>
  );
}
