/** What of a shot is another in one plan than in the other, of the same film. */
export interface ShotDifference {
  readonly number: number;
  /** How many hints the other has and the one has not, the other way round, and how many both have, changed. */
  readonly hints: { readonly added: number; readonly removed: number; readonly changed: number };
  /** Frames that are keyframes only in the other, and only in the one. */
  readonly keyframes: { readonly added: readonly number[]; readonly removed: readonly number[] };
  /** Keyframes whose colour is from another source: a picture, a reference, the model. */
  readonly sources: readonly number[];
  /** Whether the grade, its own or the film's, differs; and the palette's places and colours. */
  readonly grade: boolean;
  readonly palette: boolean;
}
