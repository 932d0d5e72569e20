/**
 * What each place of a picture shows, in a model's own terms: a vector of length 1 a cell (0 where nothing is known), compared by dot
 * product. `data`: `channels` planes of width * height, one after the other, row-major. The cells divide the picture evenly.
 */
export interface FeatureMap {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** One plane of a map. */
export function featurePlane({ width, height, data }: FeatureMap, channel: number) {
  const cells = width * height;
  return { width, height, data: data.subarray(channel * cells, (channel + 1) * cells) };
}
