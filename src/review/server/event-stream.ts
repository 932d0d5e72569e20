import type { ProgressEvent } from '../../progress.ts';
import type { ReviewEvent } from '../contract.ts';

export interface Broadcast {
  tell(event: ReviewEvent): void;
  /** Hear every event from now on; returns how to stop. */
  listen(ear: (event: ReviewEvent) => void): () => void;
  /** How many hear. */
  ears(): number;
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
    ears: () => ears.size,
  };
}

/** A run's event as the page hears it; undefined for what it does not, since it sees it in the project. */
export function heardEvent(event: ProgressEvent): ReviewEvent | undefined {
  switch (event.type) {
    case 'frames':
    case 'warning':
      return event;
    case 'done':
      return { type: 'film-done', path: event.path };
    case 'render-failed':
      return { type: 'error', message: event.message };
    default:
      return undefined;
  }
}
