import { useEffect, useState } from 'preact/hooks';
import { fetchDataAddress } from './api.ts';

/** Thumbnails held, some 8 KB each. */
const MAX_HELD = 400;
/** Fetched at the same time: the picture on the stage must not wait behind them. */
const MAX_REQUESTS = 2;

interface Entry {
  /** How many elements show it. What nobody shows any more when its turn comes is not fetched. */
  wanted: number;
  state: 'waiting' | 'coming' | 'here';
  address: string | undefined;
}
const thumbnails = new Map<string, Entry>();
const listeners = new Set<() => void>();

/** The thumbnail at an address, as a data address, once it has come; until then the one that this element showed before. */
export function useThumbnail(path: string): string | undefined {
  const [shown, setShown] = useState(thumbnails.get(path)?.address);
  useEffect(() => {
    const entry = thumbnails.get(path) ?? { wanted: 0, state: 'waiting', address: undefined };
    thumbnails.delete(path);
    thumbnails.set(path, entry); // the longest unused comes first
    entry.wanted++;
    const show = () => entry.address !== undefined && setShown(entry.address);
    listeners.add(show);
    show();
    fetchThumbnails();
    return () => {
      entry.wanted--;
      listeners.delete(show);
    };
  }, [path]);
  return shown;
}

function fetchThumbnails(): void {
  const unused = [...thumbnails].filter(([, { wanted, state }]) => wanted === 0 && state !== 'coming');
  for (const [path] of unused.slice(0, Math.max(0, thumbnails.size - MAX_HELD))) thumbnails.delete(path);
  let coming = [...thumbnails.values()].filter(({ state }) => state === 'coming').length;
  for (const [path, entry] of thumbnails) {
    if (coming >= MAX_REQUESTS) return;
    if (entry.state !== 'waiting' || entry.wanted === 0) continue;
    coming++;
    entry.state = 'coming';
    // What does not come is asked for again with the next address: the project that is on its way has another.
    void fetchDataAddress(path)
      .then(
        address => {
          entry.address = address;
        },
        () => undefined,
      )
      .finally(() => {
        entry.state = 'here';
        for (const listener of [...listeners]) listener();
        fetchThumbnails();
      });
  }
}
