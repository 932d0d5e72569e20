import type { Edit } from '../../media/plan/edit.ts';
import type { ReviewEvent } from '../event-stream.ts';
import { placeHash } from './address.ts';
import { fetchProject, listen, type PictureUse, post, postEdit, putPicture } from './api.ts';
import { keyframeAt, shotAt, state, update } from './store.ts';

/** Rest after a change before it is rendered, in milliseconds: several dots in a row are one render. */
const REST_BEFORE_RENDER = 1200;
/** The address follows playing at most this often, in milliseconds: browsers refuse more than some 100 changes in 30 s. */
const ADDRESS_REST = 400;
const timers = { render: 0, address: 0 };
const requested = { project: 0, resume: false };

export function say(text: string): void {
  update({ message: { kind: 'note', text } });
}

export function complain(cause: unknown): void {
  update({ message: { kind: 'fault', text: cause instanceof Error ? cause.message : String(cause) } });
}

export async function loadProject(): Promise<void> {
  const turn = ++requested.project;
  try {
    const project = await fetchProject();
    // Two answers may cross: what was asked last counts.
    if (turn !== requested.project) return;
    const frame = Math.min(state().frame, project.film.frames - 1);
    update({ project, frame, ...(!project.rendering && { progress: undefined }) });
    document.title = `${project.film.name} · Kinemacolor review`;
    if (!requested.resume) return;
    requested.resume = false;
    // A server that was killed in mid-render does not know that it was asked to.
    if (!project.rendering && project.shots.some(shot => shot.state === 'stale')) void render('render');
  } catch (cause) {
    complain(cause);
  }
}

export function seek(frame: number): void {
  const { project } = state();
  if (!project) return;
  update({ frame: Math.max(0, Math.min(project.film.frames - 1, Math.round(frame))) });
  keepAddress();
}

export function show(change: { readonly view?: 'before' | 'wipe' | 'after'; readonly wipe?: number }): void {
  const wipe = Math.max(0, Math.min(1, change.wipe ?? state().wipe));
  update({ view: change.view ?? state().view, wipe });
  keepAddress();
}

function keepAddress(): void {
  timers.address ||= window.setTimeout(() => {
    timers.address = 0;
    const { project } = state();
    if (project) history.replaceState(null, '', placeHash(state(), shotAt(project, state().frame).number));
  }, ADDRESS_REST);
}

/** Send a change; what it did is said, or why it could not be. */
async function perform(what: string, act: () => Promise<number>): Promise<void> {
  try {
    await act();
    await loadProject();
    say(what);
    if (state().rendering === 'at-once') renderSoon();
  } catch (cause) {
    complain(cause);
  }
}

export function edit(change: Edit, what: string): Promise<void> {
  return perform(what, () => postEdit(change));
}

export function replacePicture(index: number, file: Blob, use: PictureUse): Promise<void> {
  const what = use === 'paint' ? 'takes its colour from the picture' : 'is coloured like the reference';
  return perform(`Frame ${index} ${what}.`, () => putPicture(index, file, use));
}

export function step(what: 'undo' | 'redo'): Promise<void> {
  const { project } = state();
  if (!project?.[what]) return Promise.resolve(say(`There is nothing to ${what}.`));
  return perform(what === 'undo' ? 'Undone.' : 'Done again.', () => post(what));
}

export async function render(what: 'render' | 'render/stop'): Promise<void> {
  window.clearTimeout(timers.render);
  try {
    await post(what);
    await loadProject();
  } catch (cause) {
    complain(cause);
  }
}

function renderSoon(): void {
  window.clearTimeout(timers.render);
  timers.render = window.setTimeout(() => void render('render'), REST_BEFORE_RENDER);
}

export function addHint(x: number, y: number): Promise<void> {
  const { project, frame, color, radius } = state();
  if (!project || !keyframeAt(project, frame)) {
    say('Hints are painted on keyframes: press K to make this frame one.');
    return Promise.resolve();
  }
  const hint = { x: round(x), y: round(y), color, radius };
  return edit({ kind: 'hint-add', index: frame, hint }, `Hint ${color} painted on frame ${frame}.`);
}

export function placePalette(name: string, x: number, y: number): Promise<void> {
  const { project, frame } = state();
  const entry = project?.palette?.find(one => one.name === name);
  if (!project || !entry) return Promise.resolve();
  if (!keyframeAt(project, frame)) {
    say('Palette colours are placed on keyframes: press K to make this frame one.');
    return Promise.resolve();
  }
  const places = [...entry.places, { index: frame, x: round(x), y: round(y) }];
  return edit({ kind: 'palette', entry: { ...entry, places } }, `${name} placed on frame ${frame}.`);
}

/** Finer than a pixel of the largest film, and short in the plan. */
function round(share: number): number {
  return Math.round(Math.max(0, Math.min(1, share)) * 1e5) / 1e5;
}

/** Keep the page at what the server knows, for ever. */
export function follow(): void {
  listen({
    onOpen: () => {
      const { connection, progress, rendering } = state();
      requested.resume ||= connection === 'lost' && (progress !== undefined || rendering === 'at-once');
      update({ connection: 'open', ...(connection === 'lost' && { message: undefined }) });
      void loadProject();
    },
    onLost: () => update({ connection: 'lost' }),
    onMessage: data => hear(JSON.parse(data) as ReviewEvent),
  });
}

function hear(event: ReviewEvent): void {
  const { renders, project } = state();
  if (event.type === 'project') void loadProject();
  else if (event.type === 'frames') {
    update({ progress: event });
    if (project?.shots.find(({ number }) => number === event.shot)?.state !== 'rendering') void loadProject();
  } else if (event.type === 'shot-done') {
    update({ renders: { ...renders, [event.shot]: (renders[event.shot] ?? 0) + 1 }, progress: undefined });
    say(`Shot ${event.shot + 1} is rendered.`);
    void loadProject();
  } else if (event.type === 'film-done') {
    update({ progress: undefined });
    say(`The film is written: ${event.path}`);
    void loadProject();
  } else if (event.type === 'warning') say(event.message);
  else if (event.type === 'error') complain(event.message);
}
