/** What the server says and hears, as JSON. Frames are numbered over the film from 0; shots are half-open; times are ticks of `film.timebase`. */

/** A dot of known colour. Place in shares of the picture, radius in shares of its shorter side, colour as #rrggbb. */
export interface Hint {
  readonly x: number;
  readonly y: number;
  readonly color: string;
  readonly radius: number;
}

/** Degrees of hue that are turned (degrees) and whose saturation is multiplied. */
export interface HueBand {
  readonly from: number;
  readonly to: number;
  readonly saturation?: number;
  readonly turn?: number;
}

/** Saturation 0..2 (1 leaves it), temperature -1..1 (0 leaves it). */
export interface Grade {
  readonly saturation?: number;
  readonly temperature?: number;
  readonly hues?: readonly HueBand[];
}

export interface PaletteEntry {
  readonly name: string;
  readonly color: string;
  readonly places: readonly { readonly index: number; readonly x: number; readonly y: number }[];
}

export interface Keyframe {
  readonly index: number;
  readonly source: 'model' | 'picture';
  readonly hints?: readonly Hint[];
}

export interface WorstSpot {
  readonly index: number;
  readonly flicker: number;
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

export type Edit =
  | { readonly kind: 'hint-add' | 'hint-remove'; readonly index: number; readonly hint: Hint }
  | { readonly kind: 'keyframe-add' | 'keyframe-remove' | 'picture-remove'; readonly index: number }
  | { readonly kind: 'keyframe-move'; readonly index: number; readonly to: number }
  | { readonly kind: 'grade'; readonly shot?: number; readonly grade: Grade }
  | { readonly kind: 'palette'; readonly entry: PaletteEntry }
  | { readonly kind: 'palette-remove'; readonly name: string };

export interface RenderProgress {
  readonly shot: number;
  readonly done: number;
  readonly total: number;
  readonly framesPerSecond: number;
  readonly secondsLeft: number;
}

export type ServerEvent =
  | { readonly type: 'project'; readonly revision: number }
  | ({ readonly type: 'frames' } & RenderProgress)
  | { readonly type: 'shot-done'; readonly shot: number }
  | { readonly type: 'film-done'; readonly path: string }
  | { readonly type: 'error' | 'warning'; readonly message: string };
