import type { Edit } from '../../media/plan/edit.ts';
import type { Curves, Project } from './wire.ts';

const TOKEN = new URLSearchParams(location.search).get('token') ?? '';
/** A server that was restarted answers again within seconds; ask this often, in milliseconds. */
const RECONNECT = 1000;

/** The address of something an element fetches by itself, where no header can be sent. */
export function withToken(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}token=${encodeURIComponent(TOKEN)}`;
}

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('x-kinemacolor-token', TOKEN);
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers, cache: 'no-store' });
  } catch (cause) {
    throw new Error('The review server does not answer. It may have been stopped: start it again, this page goes on by itself.', {
      cause,
    });
  }
  if (!response.ok) throw new Error(await sentence(response));
  return response;
}

/** The server's own sentence, in whichever of the usual forms it comes. */
async function sentence(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { message, error } = JSON.parse(text) as { message?: string; error?: string };
    return message ?? error ?? text;
  } catch {
    return text || `The server answered ${response.status}.`;
  }
}

export async function fetchProject(): Promise<Project> {
  return (await ask('/api/project')).json() as Promise<Project>;
}

export async function fetchCurves(shot: number): Promise<Curves> {
  return (await ask(`/api/shots/${shot}/curves`)).json() as Promise<Curves>;
}

/** Chroma flicker by frame; the server measures it when it is asked for the first time. */
export async function fetchFlicker(shot: number): Promise<Pick<Curves, 'start' | 'flicker'>> {
  return (await ask(`/api/shots/${shot}/flicker`)).json() as Promise<Pick<Curves, 'start' | 'flicker'>>;
}

/** A picture, or nothing where there is none yet (204). */
export async function fetchPicture(path: string, signal: AbortSignal): Promise<ImageBitmap | undefined> {
  const response = await ask(path, { signal });
  return response.status === 204 ? undefined : createImageBitmap(await response.blob());
}

async function change(path: string, init: RequestInit): Promise<number> {
  const text = await (await ask(path, init)).text();
  return text === '' ? 0 : ((JSON.parse(text) as { revision?: number }).revision ?? 0);
}

/** Each of these answers the revision after it. */
export function postEdit(edit: Edit): Promise<number> {
  return change('/api/edits', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(edit) });
}

/** What a picture is to a keyframe: that very frame, painted, or something alike. */
export type PictureUse = 'paint' | 'reference';

export function putPicture(index: number, file: Blob, use: PictureUse): Promise<number> {
  return change(`/api/keyframes/${index}/picture?use=${use}`, {
    method: 'PUT',
    headers: { 'content-type': file.type },
    body: file,
  });
}

export function post(what: 'undo' | 'redo' | 'render' | 'render/stop'): Promise<number> {
  return change(`/api/${what}`, { method: 'POST' });
}

/** Listen for ever: a lost connection is opened anew until the page goes. */
export function listen(handlers: { onOpen(): void; onLost(): void; onMessage(data: string): void }): void {
  const events = new EventSource(withToken('/api/events'));
  events.onopen = () => handlers.onOpen();
  events.onmessage = ({ data }: MessageEvent<string>) => handlers.onMessage(data);
  events.onerror = () => {
    handlers.onLost();
    // The browser tries again by itself after most failures, but not after a refusal.
    events.close();
    setTimeout(() => listen(handlers), RECONNECT);
  };
}
