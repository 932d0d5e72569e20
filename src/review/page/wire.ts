import type { Grade } from '../../media/plan/grade.ts';
import type { Hint, PaletteEntry } from '../../media/plan/hint.ts';

/**
 * What the server says of a project, as JSON; edits and events have their own homes. Frames are numbered over the film from 0; shots are
 * half-open; times are ticks of `film.timebase`.
 */

export interface Keyframe {
  readonly index: number;
  readonly source: 'model' | 'picture' | 'reference';
  readonly hints?: readonly Hint[];
}

export interface WorstSpot {
  readonly index: number;
  readonly trust: number;
}

export interface Shot {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly startTicks: number;
  readonly endTicks: number;
  readonly kind: 'steady' | 'dissolve' | 'fade';
  readonly keyframes: readonly Keyframe[];
  readonly grade?: Grade | null;
  readonly state: 'rendered' | 'stale' | 'rendering';
  readonly trust?: number;
  readonly unseen?: number;
  readonly worst?: readonly WorstSpot[];
}

export interface Project {
  readonly revision: number;
  readonly film: {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly frames: number;
    readonly timebase: { readonly num: number; readonly den: number };
  };
  readonly model: string | { readonly id: string };
  readonly grade?: Grade | null;
  readonly palette?: readonly PaletteEntry[] | null;
  readonly undo: number;
  readonly redo: number;
  readonly rendering: boolean;
  readonly shots: readonly Shot[];
}

/** Trust 0..1 and flicker in 8-bit code values, a figure a frame from `start` on; `ticks` where the server knows each frame's time. */
export interface Curves {
  readonly start: number;
  readonly trust: readonly number[];
  readonly flicker: readonly number[];
  readonly ticks?: readonly number[];
}
