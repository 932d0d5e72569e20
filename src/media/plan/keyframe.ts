/** A picture of similar content: its path, relative to the plan or absolute, and its hash. */
export interface ReferencePicture {
  readonly path: string;
  readonly sha256: string;
}

/**
 * Source of a keyframe's colour: a model, a user's picture (path relative to the plan, and its hash), or a reference: a picture
 * of similar content, of any size, that corrects the model's colour, alone or blended with `others`. `unpainted`: the model colours transparent parts; by default
 * colour is propagated there from adjacent keyframes.
 */
export type ColorSource =
  | { readonly kind: 'model' }
  | ({ readonly kind: 'reference'; readonly others?: readonly ReferencePicture[] | undefined } & ReferencePicture)
  | { readonly kind: 'picture'; readonly path: string; readonly sha256: string; readonly unpainted?: 'model' | undefined };

/** A frame whose colour is given. Other frames get theirs by propagation. `index` counts from the film's first frame. */
export interface Keyframe {
  readonly index: number;
  readonly color: ColorSource;
}

/** All pictures of a reference source, the most similar first. */
export function referencePictures({
  path,
  sha256,
  others = [],
}: Extract<ColorSource, { kind: 'reference' }>): readonly ReferencePicture[] {
  return [{ path, sha256 }, ...others];
}
