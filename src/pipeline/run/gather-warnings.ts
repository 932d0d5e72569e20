import type { OnProgress } from '../../progress.ts';

/** The warnings of a run. */
export interface Warnings {
  /** Pass events to this listener: it forwards them, each warning once. */
  readonly watch: OnProgress;
  /** The warnings so far, in order. */
  reported(): readonly string[];
}

/** Collect the warnings among a run's events and forward the events to `onProgress`. */
export function gatherWarnings(onProgress: OnProgress | undefined): Warnings {
  const reported = new Set<string>();
  return {
    watch(event) {
      if (event.type === 'warning' && reported.has(event.message)) return;
      if (event.type === 'warning') reported.add(event.message);
      onProgress?.(event);
    },
    reported: () => [...reported],
  };
}
