import type { RequestedEdit } from '../../../media/plan/edit.ts';
import type { Answers, ExportRequest, Offer, Playable, ProjectView, Refusal, Region, Seen, SeenRequest } from '../../contract.ts';
import { addressOf, methodOf, type RouteName } from '../../routes.ts';

const TOKEN = new URLSearchParams(location.search).get('token') ?? '';
/** A server that was restarted answers again within seconds; ask this often, in milliseconds. */
const RECONNECT = 1000;

/** The address of something an element fetches by itself, where no header can be sent. */
export function withToken(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}token=${encodeURIComponent(TOKEN)}`;
}

/** What the server would not do, in its own sentence, and what it offers instead. */
export class Refused extends Error {
  readonly status: number;
  readonly offers: readonly Offer[];
  constructor({ message, offers = [] }: Refusal, status: number) {
    super(message);
    this.status = status;
    this.offers = offers;
  }
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
  if (!response.ok) throw new Refused(await refusal(response), response.status);
  return response;
}

async function refusal(response: Response): Promise<Refusal> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Refusal;
  } catch {
    return { message: text || `The server answered ${response.status}.` };
  }
}

type Words = Readonly<Record<string, string | number>>;

/** Ask what the contract says can be asked. */
export async function call<Name extends RouteName & keyof Answers>(
  name: Name,
  { words, query, ...init }: Pick<RequestInit, 'body' | 'headers' | 'signal'> & { words?: Words; query?: Words } = {},
): Promise<Answers[Name]> {
  const response = await ask(addressOf(name, words, query), { ...init, method: methodOf(name) });
  return (await response.json()) as Answers[Name];
}

export const json = (value: unknown) => ({ body: JSON.stringify(value), headers: { 'content-type': 'application/json' } });

/** The project, or what has changed from the view that is known. */
export function fetchProject(known: Pick<ProjectView, 'start' | 'cursor'> | undefined) {
  return call('project', known && { query: { start: known.start, since: known.cursor } });
}

export const fetchCurves = (number: number) => call('curves', { words: { number } });
/** The server measures it when it is asked for the first time. */
export const fetchFlicker = (number: number) => call('flicker', { words: { number } });
export const fetchLanes = (number: number, signal: AbortSignal) => call('hints', { words: { number }, signal });

/** Answers when it can be played, which takes about as long as the shot is; undefined where nothing of it is rendered. */
export async function fetchPlayable(number: number): Promise<Playable | undefined> {
  const response = await ask(addressOf('playable', { number }));
  return response.status === 204 ? undefined : ((await response.json()) as Playable);
}

/** Undefined where what is asked for has changed meanwhile, see `ROUTES`. */
export async function fetchPicture(path: string, signal: AbortSignal): Promise<ImageBitmap | undefined> {
  const response = await ask(path, { signal });
  return response.status === 204 ? undefined : createImageBitmap(await response.blob());
}

/** A picture as a data address, for an element to show; undefined as in `fetchPicture`. */
export async function fetchDataAddress(path: string): Promise<string | undefined> {
  const response = await ask(path);
  if (response.status === 204) return undefined;
  const blob = await response.blob();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

export const fetchRegion = (index: number, hint: object, signal: AbortSignal): Promise<Region> =>
  call('region', { words: { index }, ...json(hint), signal });

export const fetchSeen = (request: SeenRequest, signal?: AbortSignal): Promise<Seen> =>
  call('seen', { ...json(request), ...(signal && { signal }) });

export const postEdit = (edit: RequestedEdit) => call('edits', json(edit));

/** What a picture is to a keyframe: that very frame, painted, or something alike. */
export type PictureUse = 'paint' | 'reference';

export function sendPicture(index: number, file: Blob, { use, sure }: { use: PictureUse; sure?: 'yes' }) {
  const query = { use, ...(sure && { sure }) };
  return call('picture', { words: { index }, query, body: file, headers: { 'content-type': file.type } });
}

export const post = (what: 'undo' | 'redo' | 'render' | 'stop') => call(what);
export const postMode = (mode: 'at-once' | 'when-asked') => call('mode', json({ mode }));

export const postExport = (request: ExportRequest) => call('exports', json(request));

/** Listen for ever: a lost connection is opened anew until the page goes. */
export function listen(handlers: { onOpen(): void; onLost(): void; onMessage(data: string): void }): void {
  const events = new EventSource(withToken(addressOf('events')));
  events.onopen = () => handlers.onOpen();
  events.onmessage = ({ data }: MessageEvent<string>) => handlers.onMessage(data);
  events.onerror = () => {
    handlers.onLost();
    // The browser tries again by itself after most failures, but not after a refusal.
    events.close();
    setTimeout(() => listen(handlers), RECONNECT);
  };
}
