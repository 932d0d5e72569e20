import type { OnProgress } from '../../progress.ts';

/** What a run warns of. */
export interface Warnings {
  /** To be handed to whatever works: passes events on, each warning once, whoever gives it. */
  readonly watch: OnProgress;
  /** What was warned of so far, in order. */
  reported(): readonly string[];
}

/** Hear a run's events before `onProgress` does. */
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
