/**
 * Where a keyframe's colour comes from: a model, a person's picture (path relative to the plan, and the hash of its bytes), or a reference,
 * a picture of something alike, of any size, by which the model's colour is corrected. `unpainted`: where the picture is transparent the
 * model speaks; without it, what is carried from the neighbouring keyframes.
 */
export type ColorSource =
  | { readonly kind: 'model' }
  | { readonly kind: 'reference'; readonly path: string; readonly sha256: string }
  | { readonly kind: 'picture'; readonly path: string; readonly sha256: string; readonly unpainted?: 'model' | undefined };

/** A frame whose colour is given; every other frame's colour is carried from keyframes. `index` counts from the film's first frame. */
export interface Keyframe {
  readonly index: number;
  readonly color: ColorSource;
}
