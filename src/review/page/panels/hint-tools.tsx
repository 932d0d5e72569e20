import type { Hint } from '../../../media/plan/hint.ts';
import type { KeyframeView } from '../../contract.ts';
import { Icon } from '../parts/icons.tsx';
import { changeHint, removeHint } from '../state/actions.ts';
import { type State, type Tool, update } from '../state/store.ts';

/** The range of the brush, in shares of the picture's shorter side. */
const RADIUS = { least: 0.005, most: 0.2, step: 0.005 } as const;

export const TOOLS = [
  {
    tool: 'hint',
    name: 'Paint',
    icon: 'brush',
    key: 'H',
    what: 'Click or draw on the picture: what lies there, and what is like it, takes this colour.',
  },
  {
    tool: 'fill',
    name: 'Fill',
    icon: 'fill',
    key: 'G',
    what: 'Point at a thing: it is filled up to its edges. The wheel reaches farther or less far.',
  },
  { tool: 'erase', name: 'Erase', icon: 'erase', key: 'B', what: 'Click on marks of this keyframe: they go.' },
  { tool: 'pick', name: 'Pick', icon: 'pick', key: 'E', what: 'Click on the picture: its colour is taken for the next hint.' },
] as const;

/** The tools, what the next hint will be, and the hints that are. */
export function HintTools({ review, keyframe }: { review: State; keyframe: KeyframeView | undefined }) {
  const { tool, color, radius, fill } = review;
  const hints = keyframe?.hints ?? [];
  const inHand = TOOLS.find(one => one.tool === tool);
  return (
    <>
      <div class="row tools">
        {TOOLS.map(({ tool, name, icon, key, what }) => (
          <Toggle key={tool} review={review} tool={tool} title={`${what} (${key})`}>
            <Icon name={icon} /> {name}
          </Toggle>
        ))}
      </div>
      <div class="row">
        <input
          type="color"
          aria-label="Colour of the next hint"
          title="Colour of the next hint"
          value={color}
          onInput={event => update({ color: event.currentTarget.value })}
        />
        <input
          type="text"
          aria-label="Name of the next hint"
          placeholder="Name, if you like: lawn"
          maxLength={60}
          value={review.name}
          onInput={event => update({ name: event.currentTarget.value })}
        />
      </div>
      {tool === 'fill' ? (
        <Range title="Reach" range={[0, 1]} step={0.01} value={fill} onInput={fill => update({ fill })} />
      ) : (
        <Range
          title="Size"
          range={[RADIUS.least, RADIUS.most]}
          step={RADIUS.step}
          value={radius}
          onInput={radius => update({ radius })}
        />
      )}
      <p class="aside">
        {inHand?.what ?? 'Painting on any frame makes it a keyframe. Click a mark to change it, drag it to move it.'}
      </p>
      {hints.length > 0 && keyframe && (
        <ul class="hints" aria-label="Hints on this keyframe">
          {hints.map((hint, number) => (
            <HintRow key={hint.id ?? number} hint={hint} number={number} index={keyframe.index} review={review} />
          ))}
        </ul>
      )}
    </>
  );
}

function HintRow({ hint, number, index, review }: { hint: Hint; number: number; index: number; review: State }) {
  const one = { index, id: hint.id! };
  const isChosen = review.chosen?.id === hint.id;
  const what = hint.fill !== undefined ? 'region' : hint.path ? 'stroke' : 'dot';
  return (
    <li class={isChosen ? 'chosen' : ''}>
      <div class="row">
        <input
          type="color"
          aria-label={`Colour of hint ${number + 1}`}
          value={hint.color}
          onChange={event => void changeHint(one, { color: event.currentTarget.value }, `Hint ${number + 1} has a new colour.`)}
        />
        <button
          type="button"
          class="name"
          aria-expanded={isChosen}
          onClick={() => update({ chosen: isChosen ? undefined : one })}
        >
          {hint.name ?? hint.color}
          <small>{what}</small>
        </button>
        <button
          type="button"
          class="quiet small"
          aria-label={`Remove hint ${number + 1}, ${hint.color}`}
          onClick={() => void removeHint(one)}
        >
          <Icon name="remove" />
        </button>
      </div>
      {isChosen && (
        <>
          <input
            type="text"
            aria-label={`Name of hint ${number + 1}`}
            placeholder="What is it?"
            maxLength={60}
            defaultValue={hint.name ?? ''}
            onChange={event =>
              void changeHint(one, { name: event.currentTarget.value.trim() || null }, `Hint ${number + 1} has a new name.`)
            }
          />
          {hint.fill !== undefined && (
            <Range
              title="Reach of this region"
              range={[0, 1]}
              step={0.01}
              value={hint.fill}
              onChange={fill => void changeHint(one, { fill }, `Region ${number + 1} reaches elsewhere.`)}
            />
          )}
          <Range
            title="Size of this hint"
            range={[RADIUS.least, RADIUS.most]}
            step={RADIUS.step}
            value={hint.radius}
            onChange={radius => void changeHint(one, { radius }, `Hint ${number + 1} has another size.`)}
          />
        </>
      )}
    </li>
  );
}

interface RangeParts {
  readonly title: string;
  readonly range: readonly [number, number];
  readonly step: number;
  readonly value: number;
  onInput?(value: number): void;
  onChange?(value: number): void;
}

function Range({ title, range: [least, most], step, value, onInput, onChange }: RangeParts) {
  return (
    <label class="slider">
      <span>
        {title} <output>{(value * 100).toFixed(step < 0.01 ? 1 : 0)}%</output>
      </span>
      <input
        type="range"
        aria-label={title}
        min={least}
        max={most}
        step={step}
        value={value}
        onInput={event => onInput?.(Number(event.currentTarget.value))}
        onChange={event => onChange?.(Number(event.currentTarget.value))}
      />
    </label>
  );
}

interface ToggleParts {
  readonly review: State;
  readonly tool: Extract<Tool, string>;
  readonly title: string;
  readonly children: preact.ComponentChildren;
}

function Toggle({ review, tool, title, children }: ToggleParts) {
  const next: Tool = review.tool === tool ? 'none' : tool;
  return (
    <button
      type="button"
      aria-pressed={review.tool === tool}
      title={title}
      onClick={() => update({ tool: next, isPlaying: false })}
    >
      {children}
    </button>
  );
}
