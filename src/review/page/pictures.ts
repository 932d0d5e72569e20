import { fetchPicture } from './api.ts';

/** Pictures held, decoded: some two dozen frames of both sides at 1280x720 take 180 MB. */
const MAX_HELD = 48;
/** Pictures fetched ahead at the same time: each costs the server a decode, and the one that is wanted now must not wait behind them. */
const MAX_COMING = 3;
/** Widths that are asked for, in pixels, so that a window that is dragged does not fetch everything anew. */
const WIDTHS = [320, 480, 640, 960, 1280, 1920, 2560] as const;

export type Picture = ImageBitmap | 'none' | undefined;

interface Held {
  readonly controller: AbortController;
  picture: Picture;
  state: 'coming' | 'here' | 'failed';
}
const held = new Map<string, Held>();
const waiting = new Set<() => void>();

export function pictureWidth(shown: number, film: number): number {
  const wanted = Math.min(shown * window.devicePixelRatio, film);
  return Math.min(film, WIDTHS.find(width => width >= wanted) ?? film);
}

/** Call when a picture has come. */
export function onPicture(listener: () => void): () => void {
  waiting.add(listener);
  return () => waiting.delete(listener);
}

/** The picture at this address if it is here ('none' where the server has none); otherwise it is fetched. */
export function pictureOf(path: string): Picture {
  const known = held.get(path);
  if (known && known.state !== 'failed') {
    held.delete(path);
    held.set(path, known);
    return known.picture;
  }
  const entry: Held = { controller: new AbortController(), picture: undefined, state: 'coming' };
  held.set(path, entry);
  void fetchPicture(path, entry.controller.signal).then(
    picture => settle(entry, picture ?? 'none'),
    () => {
      entry.state = 'failed';
    },
  );
  makeRoom();
  return undefined;
}

/** Fetch what will be wanted, in this order, as far as there is room beside what is coming already. Call again when a picture has come. */
export function fetchAhead(paths: readonly string[]): void {
  let coming = [...held.values()].filter(({ state }) => state === 'coming').length;
  for (const path of paths) {
    if (coming >= MAX_COMING) return;
    if (held.has(path)) continue;
    pictureOf(path);
    coming++;
  }
}

/** Whether asking for it has come to an end: it is here, is none, or failed. */
export function isSettled(path: string): boolean {
  return (held.get(path)?.state ?? 'coming') !== 'coming';
}

function settle(entry: Held, picture: ImageBitmap | 'none'): void {
  entry.picture = picture;
  entry.state = 'here';
  for (const listener of [...waiting]) listener();
}

/** The longest unused goes. Its bitmap is left to the collector: it may be on the screen. */
function makeRoom(): void {
  for (const [path, entry] of held) {
    if (held.size <= MAX_HELD) return;
    entry.controller.abort();
    held.delete(path);
  }
}
