import { render, seek, show, step } from './actions.ts';
import { addKeyframe, removeKeyframe } from './keyframe-panel.tsx';
import { pause, play } from './playback.ts';
import { stageWidth } from './stage-size.ts';
import { keyframeAt, type State, shotAt, state, type Tool, update } from './store.ts';

/** Frames that Shift and an arrow go. */
const LEAP = 10;

/** A key as the help says it, what it does in words, and what it does. */
interface Binding {
  readonly keys: readonly string[];
  readonly shown: string;
  readonly what: string;
  act(review: State): unknown;
}

export const BINDINGS: readonly { readonly title: string; readonly bindings: readonly Binding[] }[] = [
  {
    title: 'Moving',
    bindings: [
      {
        keys: [' '],
        shown: 'Space',
        what: 'play or pause',
        act: ({ playing }) => (playing === 'yes' ? pause() : play(stageWidth)),
      },
      { keys: ['ArrowLeft'], shown: 'Left', what: 'one frame back', act: ({ frame }) => go(frame - 1) },
      { keys: ['ArrowRight'], shown: 'Right', what: 'one frame on', act: ({ frame }) => go(frame + 1) },
      { keys: ['Shift+ArrowLeft'], shown: 'Shift Left', what: `${LEAP} frames back`, act: ({ frame }) => go(frame - LEAP) },
      { keys: ['Shift+ArrowRight'], shown: 'Shift Right', what: `${LEAP} frames on`, act: ({ frame }) => go(frame + LEAP) },
      { keys: ['['], shown: '[', what: 'shot before', act: review => goShot(review, -1) },
      { keys: [']'], shown: ']', what: 'next shot', act: review => goShot(review, 1) },
      { keys: [','], shown: ',', what: 'keyframe before', act: review => goTo(review, keyframes(review), -1) },
      { keys: ['.'], shown: '.', what: 'next keyframe', act: review => goTo(review, keyframes(review), 1) },
      { keys: ['n'], shown: 'N', what: 'next worst spot', act: review => goTo(review, worst(review), 1) },
    ],
  },
  {
    title: 'Looking',
    bindings: [
      { keys: ['1'], shown: '1', what: 'before', act: () => show({ view: 'before' }) },
      { keys: ['2'], shown: '2', what: 'wipe', act: () => show({ view: 'wipe' }) },
      { keys: ['3'], shown: '3', what: 'after', act: () => show({ view: 'after' }) },
      { keys: ['z'], shown: 'Z', what: 'wipe to the left', act: ({ wipe }) => show({ view: 'wipe', wipe: wipe - 0.05 }) },
      { keys: ['x'], shown: 'X', what: 'wipe to the right', act: ({ wipe }) => show({ view: 'wipe', wipe: wipe + 0.05 }) },
    ],
  },
  {
    title: 'Changing',
    bindings: [
      { keys: ['h'], shown: 'H', what: 'paint hints', act: review => take(review, 'hint') },
      { keys: ['e'], shown: 'E', what: 'pick a colour', act: review => take(review, 'pick') },
      { keys: ['k'], shown: 'K', what: 'make this frame a keyframe', act: ({ frame }) => addKeyframe(frame) },
      { keys: ['Delete'], shown: 'Delete', what: 'remove this keyframe', act: removeShown },
      { keys: ['Control+z', 'Meta+z'], shown: 'Ctrl Z', what: 'undo', act: () => step('undo') },
      { keys: ['Control+Shift+z', 'Meta+Shift+z', 'Control+y'], shown: 'Ctrl Shift Z', what: 'redo', act: () => step('redo') },
      {
        keys: ['r'],
        shown: 'R',
        what: 'render, or stop',
        act: ({ project }) => render(project!.rendering ? 'render/stop' : 'render'),
      },
      { keys: ['?', 'Shift+?'], shown: '?', what: 'this help', act: () => update({ help: 'open' }) },
      { keys: ['Escape'], shown: 'Esc', what: 'put the tool down', act: () => update({ tool: 'none', message: undefined }) },
    ],
  },
];

function go(frame: number): void {
  pause();
  seek(frame);
}

function goShot({ project, frame }: State, by: 1 | -1): void {
  const shot = project!.shots[shotAt(project!, frame).number + by];
  if (shot) go(shot.start);
}

/** To the nearest of these frames in a direction; after the last, to the first. */
function goTo({ frame }: State, frames: readonly number[], by: 1 | -1): void {
  const rising = [...frames].sort((a, b) => (a - b) * by);
  const next = rising.find(index => (index - frame) * by > 0) ?? rising[0];
  if (next !== undefined) go(next);
}

const keyframes = ({ project }: State) => project!.shots.flatMap(shot => shot.keyframes.map(({ index }) => index));
const worst = ({ project }: State) => project!.shots.flatMap(shot => (shot.worst ?? []).map(({ index }) => index));

function take({ tool }: State, wanted: Tool): void {
  update({ tool: tool === wanted ? 'none' : wanted, playing: 'no' });
}

function removeShown({ project, frame }: State): unknown {
  return keyframeAt(project!, frame) && removeKeyframe(frame);
}

/** Keys that a control needs for itself are left to it. */
function isForControl(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (target.matches('input[type=text], input[type=number], select, textarea')) return true;
  if (target.matches('input[type=checkbox]')) return event.key === ' ';
  if (target.matches('input')) return /^(Arrow|Home|End|Page| $)/.test(event.key);
  return target.matches('button') && (event.key === ' ' || event.key === 'Enter');
}

export function listenToKeys(): void {
  window.addEventListener('keydown', event => {
    const review = state();
    if (
      !review.project ||
      document.querySelector('dialog[open]') ||
      event.defaultPrevented ||
      event.altKey ||
      isForControl(event)
    )
      return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const name = `${event.ctrlKey ? 'Control+' : ''}${event.metaKey ? 'Meta+' : ''}${event.shiftKey ? 'Shift+' : ''}${key}`;
    const binding = BINDINGS.flatMap(({ bindings }) => bindings).find(({ keys }) => keys.includes(name));
    if (!binding) return;
    event.preventDefault();
    void binding.act(review);
  });
}
