import type { RequestedEdit } from '../../../media/plan/edit.ts';
import type { Changed, ExportKind, ReviewEvent } from '../../contract.ts';
import { addressOf } from '../../routes.ts';
import { placeHash, type View } from './address.ts';
import {
  fetchProject,
  listen,
  type PictureUse,
  post,
  postEdit,
  postExport,
  postMode,
  Refused,
  sendPicture,
  withToken,
} from './api.ts';
import { forgetFailed } from './pictures.ts';
import { happen, shotAt, state, update } from './store.ts';

/** The address follows playing at most this often, in milliseconds: browsers refuse more than some 100 changes in 30 s. */
const ADDRESS_REST = 400;
const timers = { address: 0 };

export function say(text: string): void {
  update({ message: { kind: 'note', text } });
}

export function complain(cause: unknown): void {
  update({ message: { kind: 'fault', text: cause instanceof Error ? cause.message : String(cause) } });
}

const loading: { project: Promise<void> | undefined } = { project: undefined };

/** One view of the project is fetched at a time; whoever asks while one is on its way gets the one after it. */
export function loadProject(): Promise<void> {
  const before = loading.project;
  const load = (before ? before.then(fetchView) : fetchView()).finally(() => {
    if (loading.project === load) loading.project = undefined;
  });
  loading.project = load;
  return load;
}

async function fetchView(): Promise<void> {
  try {
    const view = await fetchProject(state().project);
    if (happen({ type: 'viewed', view }) === 'project') return fetchView();
    const { frame, project } = state();
    if (!project) return;
    if (frame >= project.film.frames) update({ frame: project.film.frames - 1 });
    document.title = `${project.film.name} · Kinemacolor review`;
  } catch (cause) {
    if (state().link === 'open') complain(cause);
  }
}

export function seek(frame: number): void {
  const { project } = state();
  if (!project) return;
  update({ frame: Math.max(0, Math.min(project.film.frames - 1, Math.round(frame))) });
  keepAddress();
}

export function show(change: { readonly view?: View; readonly wipe?: number }): void {
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

/** What a change led to is often known already: the server's event comes as soon as its answer. */
async function loadRevision(revision: number, before: number): Promise<void> {
  await loading.project;
  if (revision === before || (state().project?.revision ?? -1) < revision) await loadProject();
}

/** Send a change; what it did is said, or why it could not be. Returns the revision, undefined where it was refused. */
export async function perform(what: string | undefined, act: () => Promise<Changed>): Promise<number | undefined> {
  const before = state().project?.revision ?? -1;
  happen({ type: 'sent' });
  try {
    const { revision } = await act();
    happen({ type: 'answered' });
    await loadRevision(revision, before);
    if (what !== undefined) say(what);
    return revision;
  } catch (cause) {
    happen({ type: 'answered' });
    complain(cause);
    return undefined;
  }
}

export function edit(change: RequestedEdit, what: string): Promise<number | undefined> {
  return perform(what, () => postEdit(change));
}

const OFFERS = { reference: 'Use it as a reference', anyway: 'Put it anyway' } as const;

/** Reports why a picture cannot be the frame, and what can be done with it instead. */
export async function replacePicture(index: number, file: Blob, request: { use: PictureUse; sure?: 'yes' }): Promise<void> {
  const what = request.use === 'paint' ? 'takes its colour from the picture' : 'is coloured like the reference';
  happen({ type: 'sent' });
  try {
    await sendPicture(index, file, request);
    happen({ type: 'answered' });
    await loadProject();
    say(`Frame ${index} ${what}.`);
  } catch (cause) {
    happen({ type: 'answered' });
    const offers = (cause instanceof Refused ? cause.offers : []).map(offer => ({
      offer,
      title: OFFERS[offer],
      act: () => void replacePicture(index, file, offer === 'reference' ? { use: 'reference' } : { use: 'paint', sure: 'yes' }),
    }));
    update({ message: { kind: 'fault', text: (cause as Error).message, offers } });
  }
}

export function step(what: 'undo' | 'redo'): Promise<unknown> {
  const { project } = state();
  if (!project?.[what]) return Promise.resolve(say(`There is nothing to ${what}.`));
  return perform(what === 'undo' ? 'Undone.' : 'Done again.', () => post(what));
}

export function render(what: 'render' | 'stop'): Promise<unknown> {
  return perform(undefined, () => post(what));
}

export function setMode(mode: 'at-once' | 'when-asked'): Promise<unknown> {
  update({ mode });
  return perform(undefined, () => postMode(mode)).finally(() => update({ mode: undefined }));
}

export async function exportAs(kind: ExportKind): Promise<void> {
  const { frame } = state();
  say('Writing it.');
  try {
    const { name, path } = await postExport({ kind, frame });
    const address = withToken(addressOf('exported', { name }));
    update({ message: { kind: 'note', text: `Written: ${path}`, link: { name, address } } });
  } catch (cause) {
    complain(cause);
  }
}

/** Keep the page at what the server knows, for ever. */
export function follow(): void {
  listen({
    onOpen: () => {
      if (state().link === 'lost') update({ message: undefined });
      const ask = happen({ type: 'opened' });
      forgetFailed();
      if (ask === 'project') void loadProject();
    },
    onLost: () => happen({ type: 'lost' }),
    onMessage: data => hear(JSON.parse(data) as ReviewEvent),
  });
}

function hear(event: ReviewEvent): void {
  if (event.type === 'film-done') say(`The film is written: ${event.path}`);
  else if (event.type === 'warning') say(event.message);
  else if (event.type === 'error') complain(event.message);
  if (happen({ type: 'heard', event }) === 'project') void loadProject();
}
