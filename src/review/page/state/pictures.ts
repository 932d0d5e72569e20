import { useEffect, useState } from 'preact/hooks';
import { fetchPicture } from './api.ts';
import type { PictureState } from './standing.ts';

/** Pictures held, decoded: some two dozen frames of both sides at 1280x720 take 180 MB. */
const MAX_HELD = 48;
/**
 * Pictures fetched ahead at the same time: each costs the server a decode, and the one that is wanted now must not wait behind
 * them.
 */
const MAX_REQUESTS = 3;
/** Widths that are asked for, in pixels, so that a window that is dragged does not fetch everything anew. */
const WIDTHS = [320, 480, 640, 960, 1280, 1920, 2560] as const;

interface Held {
  readonly controller: AbortController;
  picture: ImageBitmap | undefined;
  state: Exclude<PictureState, 'none'>;
}
const held = new Map<string, Held>();
const waiting = new Set<() => void>();

export function pictureWidth(shown: number, film: number): number {
  const wanted = Math.min(shown * window.devicePixelRatio, film);
  return Math.min(film, WIDTHS.find(width => width >= wanted) ?? film);
}

/** How many pictures have come, or will not: whoever uses it is drawn anew with each. */
export function useArrivals(): number {
  const [arrived, setArrived] = useState(0);
  useEffect(() => {
    const count = () => setArrived(before => before + 1);
    waiting.add(count);
    return () => waiting.delete(count);
  }, []);
  return arrived;
}

/** The picture at this address if it is here; otherwise it is fetched, once. */
export function pictureOf(path: string | undefined): { readonly state: PictureState; readonly picture: ImageBitmap | undefined } {
  if (path === undefined) return { state: 'none', picture: undefined };
  const known = held.get(path);
  if (known) {
    held.delete(path);
    held.set(path, known);
    return known;
  }
  const entry: Held = { controller: new AbortController(), picture: undefined, state: 'coming' };
  held.set(path, entry);
  const settle = (state: Held['state'], picture?: ImageBitmap) => {
    entry.state = state;
    entry.picture = picture;
    for (const listener of [...waiting]) listener();
  };
  void fetchPicture(path, entry.controller.signal).then(
    picture => {
      if (picture) settle('here', picture);
      else held.delete(path); // the project that is on its way has another address for it
    },
    () => settle('failed'),
  );
  makeRoom();
  return entry;
}

/** Ask again for what did not come. */
export function forgetFailed(): void {
  for (const [path, entry] of held) if (entry.state === 'failed') held.delete(path);
  for (const listener of [...waiting]) listener();
}

/**
 * Fetch what will be wanted, in this order, as far as there is room beside what is coming already. Call again when a picture has
 * come.
 */
export function fetchAhead(paths: readonly (string | undefined)[]): void {
  let coming = [...held.values()].filter(({ state }) => state === 'coming').length;
  for (const path of paths) {
    if (coming >= MAX_REQUESTS) return;
    if (path === undefined || held.has(path)) continue;
    pictureOf(path);
    coming++;
  }
}

/** Resolves when no picture is coming: what the server is asked for less urgently waits for those. */
export function whenQuiet(): Promise<void> {
  const isQuiet = () => ![...held.values()].some(({ state }) => state === 'coming');
  return new Promise(resolve => {
    const check = () => {
      if (!isQuiet()) return;
      waiting.delete(check);
      resolve();
    };
    waiting.add(check);
    check();
  });
}

/** Whether asking for it has come to an end: it is here, is none, or failed. */
export function isSettled(path: string | undefined): boolean {
  return path === undefined || (held.get(path)?.state ?? 'coming') !== 'coming';
}

/** The longest unused goes. Its bitmap is left to the collector: it may be on the screen. */
function makeRoom(): void {
  for (const [path, entry] of held) {
    if (held.size <= MAX_HELD) return;
    entry.controller.abort();
    held.delete(path);
  }
}
