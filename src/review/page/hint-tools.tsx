import type { Hint } from '../../media/plan/hint.ts';
import { edit } from './actions.ts';
import { Icon } from './icons.tsx';
import { type State, type Tool, update } from './store.ts';
import type { Keyframe } from './wire.ts';

/** The range of the brush, in shares of the picture's shorter side. */
const RADIUS = { least: 0.005, most: 0.2, step: 0.005 } as const;

/** The colour and size of the next hint, and the hints that are. */
export function HintTools({ review, keyframe }: { review: State; keyframe: Keyframe }) {
  const { tool, color, radius } = review;
  const hints = keyframe.hints ?? [];
  return (
    <>
      <div class="row tools">
        <Toggle review={review} tool="hint" title="Paint hints (H)">
          <Icon name="brush" /> Paint
        </Toggle>
        <Toggle review={review} tool="pick" title="Pick a colour from the picture (E)">
          <Icon name="pick" /> Pick
        </Toggle>
        <input
          type="color"
          aria-label="Colour of the next hint"
          title="Colour of the next hint"
          value={color}
          onInput={event => update({ color: event.currentTarget.value })}
        />
      </div>
      <label class="slider">
        <span>
          Size <output>{(radius * 100).toFixed(1)}%</output>
        </span>
        <input
          type="range"
          min={RADIUS.least}
          max={RADIUS.most}
          step={RADIUS.step}
          value={radius}
          onInput={event => update({ radius: Number(event.currentTarget.value) })}
        />
      </label>
      {tool === 'hint' && hints.length === 0 && <p class="aside">Click on the picture: what lies there takes this colour.</p>}
      {hints.length > 0 && (
        <ul class="hints" aria-label="Hints on this keyframe">
          {hints.map((hint, number) => (
            <HintRow
              key={`${hint.x} ${hint.y} ${hint.color} ${hint.radius}`}
              hint={hint}
              number={number}
              index={keyframe.index}
            />
          ))}
        </ul>
      )}
    </>
  );
}

function HintRow({ hint, number, index }: { hint: Hint; number: number; index: number }) {
  return (
    <li>
      <span class="swatch" style={{ backgroundColor: hint.color }} />
      <span class="mono">{hint.color}</span>
      <span class="aside">{(hint.radius * 100).toFixed(1)}%</span>
      <button
        type="button"
        class="quiet small"
        aria-label={`Remove hint ${number + 1}, ${hint.color}`}
        onClick={() => void edit({ kind: 'hint-remove', index, hint }, `Hint ${number + 1} removed.`)}
      >
        <Icon name="remove" />
      </button>
    </li>
  );
}

interface ToggleParts {
  readonly review: State;
  readonly tool: 'hint' | 'pick';
  readonly title: string;
  readonly children: preact.ComponentChildren;
}

function Toggle({ review, tool, title, children }: ToggleParts) {
  const next: Tool = review.tool === tool ? 'none' : tool;
  return (
    <button type="button" aria-pressed={review.tool === tool} title={title} onClick={() => update({ tool: next, playing: 'no' })}>
      {children}
    </button>
  );
}
