import type { OnProgress } from '../../progress.ts';

/** What a run warns of. */
export interface Warnings {
  /** To be handed to whatever works: passes events on, each warning once, whoever gives it. */
  readonly watch: OnProgress;
  /** What was warned of so far, in order. */
  told(): readonly string[];
}

/** Hear a run's events before `onProgress` does. */
export function gatherWarnings(onProgress: OnProgress | undefined): Warnings {
  const told = new Set<string>();
  return {
    watch(event) {
      if (event.type === 'warning' && told.has(event.message)) return;
      if (event.type === 'warning') told.add(event.message);
      onProgress?.(event);
    },
    told: () => [...told],
  };
}
