import type { ProgressEvent } from '../progress.ts';

/** What the page hears: a subset of a run's events, and that the project has another revision. */
export type ReviewEvent =
  | { readonly type: 'project'; readonly revision: number }
  | Extract<ProgressEvent, { type: 'frames' }>
  | { readonly type: 'shot-done'; readonly shot: number }
  | { readonly type: 'film-done'; readonly path: string }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'error'; readonly message: string };

export interface Broadcast {
  tell(event: ReviewEvent): void;
  /** Hear every event from now on; returns how to stop. */
  listen(ear: (event: ReviewEvent) => void): () => void;
}

export function openBroadcast(): Broadcast {
  const ears = new Set<(event: ReviewEvent) => void>();
  return {
    tell(event) {
      for (const ear of ears) ear(event);
    },
    listen(ear) {
      ears.add(ear);
      return () => void ears.delete(ear);
    },
  };
}

/** A run's event as the page hears it; undefined for what it does not. */
export function heardEvent(event: ProgressEvent): ReviewEvent | undefined {
  switch (event.type) {
    case 'frames':
    case 'warning':
      return event;
    case 'shot-done':
      return { type: 'shot-done', shot: event.shot };
    case 'done':
      return { type: 'film-done', path: event.path };
    case 'render-failed':
      return { type: 'error', message: event.message };
    default:
      return undefined;
  }
}
