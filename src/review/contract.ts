import type { Matrix } from '../media/film/frame.ts';
import type { Grade } from '../media/plan/grade.ts';
import type { Hint, PaletteEntry } from '../media/plan/hint.ts';
import type { ShotDifference } from '../media/plan/shot-difference.ts';
import type { ShotReview } from '../media/plan/shot-review.ts';

/**
 * All that the page and the server say to each other over HTTP, typed at both ends; where it is asked for stands in `routes`, the
 * edits themselves are `media/plan/edit`. Frames are numbered over the film from 0; shots are half-open; times are ticks of
 * `film.timebase`; places are shares of the picture as it is seen, upright.
 *
 * What a picture shows is known by a fingerprint, which stands in its address: a picture of another state of the film has another
 * address, so that neither side can take one for the other.
 */

/** What is answered, as JSON, where it is no picture. Every refusal is a `Refusal`. */
export interface Answers {
  readonly project: ProjectView | ProjectChange;
  readonly curves: Curves;
  readonly flicker: Pick<Curves, 'start' | 'flicker'>;
  readonly hints: HintLanes;
  readonly playable: Playable;
  readonly region: Region;
  readonly seen: Seen;
  readonly edits: Changed;
  readonly picture: Changed;
  readonly undo: Changed;
  readonly redo: Changed;
  readonly render: Changed;
  readonly stop: Changed;
  readonly mode: Changed;
  readonly exports: Exported;
  readonly history: EditList;
  readonly go: Changed;
  readonly nameVersion: Changed;
  readonly restoreVersion: Changed;
  readonly removeVersion: Changed;
  readonly compare: Comparison;
}

/** The revision after a change. */
export interface Changed {
  readonly revision: number;
}

export interface EditList {
  /** How many of the edits are made; the others are undone. */
  readonly position: number;
  readonly edits: readonly { readonly line: string; readonly frame?: number }[];
}

export interface Comparison {
  /** `pictures`: whether a frame of one, of the other, is seen as rendered, or coloured at once as its plan says. */
  readonly shots: readonly (ShotDifference & { readonly pictures: readonly ['rendered' | 'planned', 'rendered' | 'planned'] })[];
}

export interface VersionView {
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly made: string;
}

/** One sentence for people, and what could be done instead. */
export interface Refusal {
  readonly message: string;
  readonly offers?: readonly Offer[];
}
/** `reference`: put the picture as a reference; `anyway`: put it as it is. */
export type Offer = 'reference' | 'anyway';

export interface KeyframeView {
  readonly index: number;
  readonly source: 'model' | 'picture' | 'reference';
  readonly hints: readonly Hint[];
}

export interface WorstSpot {
  readonly index: number;
  readonly trust: number;
}

export interface ShotView {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly startTicks: number;
  readonly endTicks: number;
  readonly kind: 'steady' | 'dissolve' | 'fade';
  readonly keyframes: readonly KeyframeView[];
  readonly grade?: Grade;
  /** `changed`: the shot is another than the verdict was given to. */
  readonly review?: Pick<ShotReview, 'status' | 'note'> & { readonly since: 'same' | 'changed' };
  /** The fingerprint of the shot as the plan says it. */
  readonly planned: string;
  /**
   * The fingerprint of what is there to be seen of it: `planned`, or what was rendered before later changes; null where there is
   * nothing.
   */
  readonly shown: string | null;
  readonly state: 'rendered' | 'stale' | 'rendering';
  readonly trust?: number;
  readonly unseen?: number;
  readonly worst?: readonly WorstSpot[];
}

export interface ProjectView {
  /** Another number whenever the server is started; of one start, a later view has a higher `serial`. */
  readonly start: string;
  readonly serial: number;
  /** Names this state of the view, for changes from it. */
  readonly cursor: number;
  readonly revision: number;
  readonly film: {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly frames: number;
    readonly timebase: { readonly num: number; readonly den: number };
    readonly matrix: Matrix;
  };
  /** The film that is written. `outdated`: it is not what the plan says now. */
  readonly output: { readonly name: string; readonly path: string; readonly state: 'none' | 'current' | 'outdated' };
  readonly model: string;
  readonly grade?: Grade;
  readonly palette: readonly PaletteEntry[];
  readonly versions: readonly VersionView[];
  readonly undo: number;
  readonly redo: number;
  readonly render: { readonly phase: 'idle' | 'resting' | 'rendering' | 'stopping'; readonly mode: 'at-once' | 'when-asked' };
  readonly shots: readonly ShotView[];
}

/** What is another than in the view of cursor `since`. Everything that grows with the film is left out where it is the same. */
export interface ProjectChange
  extends Omit<ProjectView, 'shots' | 'palette' | 'versions'>,
    Partial<Pick<ProjectView, 'palette' | 'versions'>> {
  readonly since: number;
  /** Those that have changed, in order. */
  readonly shots: readonly ShotView[];
}

/** Trust 0..1 and flicker in 8-bit code values, a figure a frame from `start` on. */
export interface Curves {
  readonly start: number;
  readonly trust: readonly number[];
  readonly flicker: readonly number[];
}

/** A shot as a film for the page, before above after, with the source's sound. */
export interface Playable {
  /** The fingerprint of the shot that it shows. */
  readonly of: string;
  /** Time of each frame in seconds from the first, and of the end. */
  readonly times: readonly number[];
  readonly duration: number;
}

/** Where each hint of a shot is in its frames. */
export interface HintLanes {
  readonly start: number;
  readonly lanes: readonly HintLane[];
}

export interface HintLane {
  /** The frame it was put on, and its id; a palette's places have none. */
  readonly index: number;
  readonly id?: string;
  readonly color: string;
  readonly name?: string;
  /** By frame of the shot: its place, or null where it is not seen. */
  readonly places: readonly (readonly [x: number, y: number] | null)[];
}

/** The cells of a grid that a hint would colour: runs of a row, `from` up to `to`. */
export interface Region {
  readonly width: number;
  readonly height: number;
  readonly runs: readonly (readonly [row: number, from: number, to: number])[];
}

/** Look for a thing, by hints that lie on it, in these shots or in all others. `most`: shots that are looked at, at most. */
export interface SeenRequest {
  readonly examples: readonly { readonly index: number; readonly hint: Hint }[];
  readonly shots?: readonly number[];
  readonly most: number;
}

/** The shots in which a thing is seen, those with a hint on it already, and how many more may show it. */
export interface Seen {
  readonly sightings: readonly SeenAgain[];
  readonly hinted: readonly number[];
  readonly more: number;
}

/** A keyframe of a shot in which a thing is seen, and where. */
export interface SeenAgain {
  readonly shot: number;
  readonly index: number;
  readonly x: number;
  readonly y: number;
  /** 0..1. */
  readonly likeness: number;
}

export type ExportKind = 'still' | 'shot' | 'compare' | 'report';
export interface ExportRequest {
  readonly kind: ExportKind;
  readonly frame: number;
}
export interface Exported {
  readonly name: string;
  readonly path: string;
}

/** What the page hears. */
export type ReviewEvent =
  /** The project has another view. */
  | { readonly type: 'project'; readonly start: string; readonly serial: number }
  | {
      readonly type: 'frames';
      readonly shot: number;
      readonly done: number;
      readonly total: number;
      /** Undefined until enough frames are finished to measure it, as is the time left. */
      readonly framesPerSecond: number | undefined;
      readonly secondsLeft: number | undefined;
    }
  | { readonly type: 'film-done'; readonly path: string }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'error'; readonly message: string };
