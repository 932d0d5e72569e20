import { seek, show } from './actions.ts';
import { VIEW_NAMES } from './address.ts';
import { Icon } from './icons.tsx';
import { pause, play } from './playback.ts';
import { stageWidth } from './stage-size.ts';
import { clock, type State, secondsAt, shotAt } from './store.ts';

/** Play, step, scrub, and which side is seen. */
export function Transport({ review }: { review: State }) {
  const project = review.project!;
  const { frame, playing, view } = review;
  const shot = shotAt(project, frame);
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
          aria-label={playing === 'yes' ? 'Pause' : 'Play'}
          title="Play or pause (Space)"
          onClick={() => (playing === 'yes' ? pause() : play(stageWidth))}
        >
          <Icon name={playing === 'yes' ? 'pause' : 'play'} />
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
      <p class="time">
        <strong>{time}</strong> <span>frame {frame}</span>
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
      <fieldset class="segments">
        <legend class="unseen">Side shown</legend>
        {VIEW_NAMES.map(({ name, title, key }) => (
          <label key={name} class={view === name ? 'chosen' : ''} title={`${title} (${key})`}>
            <input type="radio" name="view" checked={view === name} onChange={() => show({ view: name })} />
            {title}
          </label>
        ))}
      </fieldset>
    </section>
  );
}
