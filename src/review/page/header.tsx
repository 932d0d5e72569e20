import { render, step } from './actions.ts';
import { Icon } from './icons.tsx';
import { type State, update } from './store.ts';

/** The film's name, undo and redo, and the render. */
export function Header({ review }: { review: State }) {
  const project = review.project!;
  const { film, model, undo, redo, shots, rendering } = project;
  const stale = shots.filter(({ state }) => state !== 'rendered').length;
  return (
    <header class="top">
      <h1>{film.name}</h1>
      <p class="aside">
        {film.width} × {film.height} · {film.frames} frames · {typeof model === 'string' ? model : model.id}
      </p>
      <div class="row">
        <button
          type="button"
          class="quiet"
          disabled={undo === 0}
          title="Undo (Ctrl Z)"
          aria-label="Undo"
          onClick={() => void step('undo')}
        >
          <Icon name="undo" />
        </button>
        <button
          type="button"
          class="quiet"
          disabled={redo === 0}
          title="Redo (Ctrl Shift Z)"
          aria-label="Redo"
          onClick={() => void step('redo')}
        >
          <Icon name="redo" />
        </button>
        <span class="rule" />
        <label class="check">
          <input
            type="checkbox"
            checked={review.rendering === 'at-once'}
            onChange={event => update({ rendering: event.currentTarget.checked ? 'at-once' : 'when-asked' })}
          />
          Render changes at once
        </label>
        {rendering ? (
          <button type="button" title="Stop rendering (R)" onClick={() => void render('render/stop')}>
            <Icon name="stop" /> Stop
          </button>
        ) : (
          <button
            type="button"
            class={stale > 0 ? 'main' : ''}
            title="Render what is stale (R)"
            onClick={() => void render('render')}
          >
            {stale === 0 ? 'Render the film' : `Render ${stale} ${stale === 1 ? 'shot' : 'shots'}`}
          </button>
        )}
        <button type="button" class="quiet" title="Keys (?)" aria-label="Keyboard help" onClick={() => update({ help: 'open' })}>
          ?
        </button>
      </div>
    </header>
  );
}
