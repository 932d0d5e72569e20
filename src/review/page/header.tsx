import { Icon } from './parts/icons.tsx';
import { exportAs, render, setMode, step } from './state/actions.ts';
import { type State, update } from './state/store.ts';

/** The film's name, undo and redo, the render, and whether the film that is written is what is seen. */
export function Header({ review }: { review: State }) {
  const project = review.project!;
  const { film, model, undo, redo, shots, output } = project;
  const stale = shots.filter(({ state }) => state !== 'rendered').length;
  const rendering = project.render.phase === 'rendering' || project.render.phase === 'stopping';
  return (
    <header class="top">
      <h1 title={`${film.width} × ${film.height}, ${film.frames} frames, coloured by ${model}`}>{film.name}</h1>
      <p class={`output ${output.state}`} title={output.path}>
        {OUTPUT[output.state](output.name)}
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
        <label
          class="check"
          title="What you change is rendered as soon as your hand rests; what you change meanwhile, after that"
        >
          <input
            type="checkbox"
            checked={(review.mode ?? project.render.mode) === 'at-once'}
            onChange={event => void setMode(event.currentTarget.checked ? 'at-once' : 'when-asked')}
          />
          Render changes at once
        </label>
        {rendering ? (
          <button type="button" title="Stop rendering (R)" onClick={() => void render('stop')}>
            <Icon name="stop" /> Stop
          </button>
        ) : (
          <button
            type="button"
            class={stale > 0 || output.state !== 'current' ? 'main' : ''}
            title="Render what is changed, and write the film (R)"
            onClick={() => void render('render')}
          >
            {stale === 0 ? 'Render the film' : `Render ${stale} ${stale === 1 ? 'shot' : 'shots'}`}
          </button>
        )}
        <ExportMenu />
        <button
          type="button"
          class="quiet"
          aria-pressed={review.panels === 'open'}
          title="Panels (P)"
          aria-label="Panels"
          onClick={() => update({ panels: review.panels === 'open' ? 'closed' : 'open' })}
        >
          <Icon name="panels" />
        </button>
        <button type="button" class="quiet" title="Keys (?)" aria-label="Keyboard help" onClick={() => update({ help: 'open' })}>
          ?
        </button>
      </div>
    </header>
  );
}

const OUTPUT = {
  none: (name: string) => `${name} is not written yet`,
  current: (name: string) => `${name} is up to date`,
  outdated: (name: string) => `${name} is out of date`,
} as const;

const EXPORTS = [
  { kind: 'still', title: 'This frame, PNG' },
  { kind: 'shot', title: 'This shot' },
  { kind: 'compare', title: 'This shot, side by side' },
  { kind: 'report', title: 'Report of the film' },
] as const;

function ExportMenu() {
  return (
    <select
      class="export"
      aria-label="Export"
      value=""
      onChange={event => {
        const chosen = EXPORTS.find(({ kind }) => kind === event.currentTarget.value);
        event.currentTarget.value = '';
        if (chosen) void exportAs(chosen.kind);
      }}
    >
      <option value="" disabled hidden>
        Export…
      </option>
      {EXPORTS.map(({ kind, title }) => (
        <option key={kind} value={kind}>
          {title}
        </option>
      ))}
    </select>
  );
}
