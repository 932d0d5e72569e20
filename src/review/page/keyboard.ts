import { acceptAll } from './elsewhere/seen-again.tsx';
import { nextTab } from './panels/inspector.tsx';
import { addKeyframe, removeKeyframe } from './panels/keyframe-panel.tsx';
import { REGION_TOOLS, TOOLS } from './panels/tools.ts';
import { nextScopes } from './scopes/scope-panel.tsx';
import { fadeOnion, switchOnion, toggleOnion } from './stage/onion.tsx';
import { stageWidth } from './stage/stage-size.ts';
import { fullScreen, KEY_ZOOM, panByKey, zoomBy, zoomOut } from './stage/zoom.ts';
import { render, seek, show, step } from './state/actions.ts';
import { neededRegion, removeHint, takeTool } from './state/hint-actions.ts';
import { pause, play } from './state/playback.ts';
import { keyframeOn, type State, shotAt, state, update } from './state/store.ts';
import { compareLast, giveVerdict, seekSought } from './state/versions.ts';

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
        act: ({ isPlaying }) => (isPlaying ? pause() : play(stageWidth)),
      },
      {
        keys: ['Shift+ '],
        shown: 'Shift Space',
        what: 'loop the shot, or not',
        act: ({ loop }) => update({ loop: loop === 'shot' ? 'off' : 'shot' }),
      },
      { keys: ['ArrowLeft'], shown: 'Left', what: 'one frame back', act: ({ frame }) => go(frame - 1) },
      { keys: ['ArrowRight'], shown: 'Right', what: 'one frame on', act: ({ frame }) => go(frame + 1) },
      { keys: ['Shift+ArrowLeft'], shown: 'Shift Left', what: `${LEAP} frames back`, act: ({ frame }) => go(frame - LEAP) },
      { keys: ['Shift+ArrowRight'], shown: 'Shift Right', what: `${LEAP} frames on`, act: ({ frame }) => go(frame + LEAP) },
      { keys: ['['], shown: '[', what: 'previous shot', act: review => goShot(review, -1) },
      { keys: [']'], shown: ']', what: 'next shot', act: review => goShot(review, 1) },
      { keys: [','], shown: ',', what: 'previous keyframe', act: review => goTo(review, keyframes(review), -1) },
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
      { keys: ['4'], shown: '4', what: 'side by side', act: () => show({ view: 'side' }) },
      { keys: ['z'], shown: 'Z', what: 'wipe to the left', act: ({ wipe }) => show({ view: 'wipe', wipe: wipe - 0.05 }) },
      { keys: ['x'], shown: 'X', what: 'wipe to the right', act: ({ wipe }) => show({ view: 'wipe', wipe: wipe + 0.05 }) },
      { keys: ['+', 'Shift++', '='], shown: '+', what: 'larger', act: () => zoomBy(KEY_ZOOM) },
      { keys: ['-'], shown: '-', what: 'smaller', act: () => zoomBy(1 / KEY_ZOOM) },
      { keys: ['0'], shown: '0', what: 'fit the picture', act: zoomOut },
      { keys: ['a'], shown: 'A', what: 'enlarged: to the left', act: () => panByKey(-1, 0) },
      { keys: ['d'], shown: 'D', what: 'enlarged: to the right', act: () => panByKey(1, 0) },
      { keys: ['w'], shown: 'W', what: 'enlarged: up', act: () => panByKey(0, -1) },
      { keys: ['s'], shown: 'S', what: 'enlarged: down', act: () => panByKey(0, 1) },
      { keys: ['i'], shown: 'I', what: 'scopes: of the frame, of the shot, off', act: nextScopes },
      { keys: ['o'], shown: 'O', what: 'onion: before laid over the picture', act: toggleOnion },
      { keys: ['Shift+o'], shown: 'Shift O', what: 'onion: before, or the last render', act: switchOnion },
      { keys: ['ArrowUp'], shown: 'Up', what: 'onion: more of it', act: () => fadeOnion(1) },
      { keys: ['ArrowDown'], shown: 'Down', what: 'onion: less of it', act: () => fadeOnion(-1) },
      {
        keys: ['m'],
        shown: 'M',
        what: 'marks on or off',
        act: ({ marks }) => update({ marks: marks === 'shown' ? 'hidden' : 'shown' }),
      },
      {
        keys: ['p'],
        shown: 'P',
        what: 'panels on or off',
        act: ({ panels }) => update({ panels: panels === 'open' ? 'closed' : 'open' }),
      },
      { keys: ['f'], shown: 'F', what: 'full screen', act: fullScreen },
    ],
  },
  {
    title: 'Reviewing',
    bindings: [
      { keys: ['v'], shown: 'V', what: 'approve this shot', act: () => giveVerdict('approved') },
      { keys: ['Shift+v'], shown: 'Shift V', what: 'this shot needs work', act: () => giveVerdict('needs-work') },
      { keys: ['u'], shown: 'U', what: 'next shot that is looked for', act: seekSought },
      { keys: ['t'], shown: 'T', what: 'note on this shot', act: writeNote },
      {
        keys: ['Shift+p'],
        shown: 'Shift P',
        what: 'next tab: colour, grade, review',
        act: nextTab,
      },
      { keys: ['Shift+c'], shown: 'Shift C', what: 'compare with the last version', act: compareLast },
    ],
  },
  {
    title: 'Changing',
    bindings: [
      ...TOOLS.map(({ tool, ...one }) => bindingOf(one, () => takeTool(tool))),
      ...REGION_TOOLS.map(({ tool, ...one }) => bindingOf(one, () => neededRegion() && takeTool(tool))),
      {
        keys: ['c'],
        shown: 'C',
        what: 'colour of the next hint',
        act: () => document.querySelector<HTMLInputElement>('[aria-label="Colour of the next hint"]')?.click(),
      },
      { keys: ['k'], shown: 'K', what: 'make this frame a keyframe', act: ({ frame }) => addKeyframe(frame) },
      { keys: ['Delete'], shown: 'Delete', what: 'remove the chosen hint, or this keyframe', act: removeShown },
      { keys: ['y'], shown: 'Y', what: 'put the chosen hint in all shots where it is seen again', act: acceptAll },
      { keys: ['Control+z', 'Meta+z'], shown: 'Ctrl Z', what: 'undo', act: () => step('undo') },
      { keys: ['Control+Shift+z', 'Meta+Shift+z', 'Control+y'], shown: 'Ctrl Shift Z', what: 'redo', act: () => step('redo') },
      {
        keys: ['r'],
        shown: 'R',
        what: 'render, or stop',
        act: ({ project }) => render(/rendering|stopping/.test(project!.render.phase) ? 'stop' : 'render'),
      },
      { keys: ['?', 'Shift+?'], shown: '?', what: 'this help', act: () => update({ help: 'open' }) },
      {
        keys: ['Escape'],
        shown: 'Esc',
        what: 'put the tool down',
        act: () => update({ tool: 'none', chosen: undefined, compared: undefined, message: undefined }),
      },
    ],
  },
];

function writeNote(): void {
  update({ tab: 'review', panels: 'open' });
  requestAnimationFrame(() => document.querySelector<HTMLElement>('#shot-note')?.focus());
}

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

/** Of a tool, whose key is written as people read it. */
function bindingOf({ key, does }: { readonly key: string; readonly does: string }, act: () => unknown): Binding {
  return { keys: [key.replace('Shift ', 'Shift+').replace(/.$/, last => last.toLowerCase())], shown: key, what: does, act };
}

function removeShown({ project, frame, chosen }: State): unknown {
  if (chosen?.index === frame) return removeHint(chosen);
  return keyframeOn(project!, frame) && removeKeyframe(frame);
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
